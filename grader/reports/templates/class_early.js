// Until the table is ready it need not be laid out; where the other script does not run, it is shown as it is.
document.documentElement.classList.add("ag-script");
addEventListener("load", () => document.documentElement.classList.add("ag-ready"));
