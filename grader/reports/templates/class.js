// The table of all students: sorted, searched and filtered. `$` is DataTables' jQuery.
const students = $("#students-table").DataTable({
  autoWidth: false,
  deferRender: true,
  order: [],
  pageLength: 50,
  lengthMenu: [[25, 50, 100, 500, -1], ["25", "50", "100", "500", "all"]],
  layout: { topStart: null, topEnd: null, bottomStart: "info", bottomEnd: ["pageLength", "paging"] },
  language: {
    info: "_START_ to _END_ of _TOTAL_ students",
    infoEmpty: "no students",
    infoFiltered: "(of _MAX_)",
    lengthMenu: "_MENU_ a page",
    zeroRecords: "Nobody fits.",
    emptyTable: "Nobody.",
  },
});
const rows = students.rows({ order: "index" }).nodes().toArray();
const filters = [...document.querySelectorAll("select[data-filter]")];
for (const filter of filters) {
  const kind = filter.dataset.filter;
  const words = rows.map((row) => (row.dataset[kind] ?? "").split(" "));
  students.search.fixed(kind, (_text, _cells, row) => !filter.value || words[row].includes(filter.value));
  filter.addEventListener("change", () => students.draw());
}
const search = document.getElementById("search");
search.addEventListener("input", () => students.search(search.value).draw());
const reset = () => {
  search.value = "";
  for (const filter of filters) filter.value = "";
  students.search("").draw();
};
document.getElementById("reset").addEventListener("click", reset);

// From a mistake or a count to those students.
for (const button of document.querySelectorAll("button[data-show]")) {
  button.addEventListener("click", () => {
    reset();
    const filter = filters.find((each) => each.dataset.filter === button.dataset.show);
    filter.value = button.dataset.value;
    students.draw();
    document.getElementById("students").scrollIntoView();
    filter.focus({ preventScroll: true });
  });
}

for (const table of document.querySelectorAll("table.ag-sortable")) {
  $(table).DataTable({ autoWidth: false, order: [], paging: false, searching: false, info: false });
}

// On paper there are no pages of a table.
let length = students.page.len();
addEventListener("beforeprint", () => {
  length = students.page.len();
  students.page.len(-1).draw(false);
});
addEventListener("afterprint", () => students.page.len(length).draw(false));
document.documentElement.classList.add("ag-ready");
