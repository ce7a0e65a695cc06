"""Autograder for numpy attention assignments: YAML specs, caged workers, 10-point scores as JUnit.

In a notebook, `grader.check("self_attention")` checks the functions that are defined there (`notebook`). It is loaded
when it is asked for: workers and every command load this module too.
"""

TYPE_CHECKING = False  # not typing's, which may be a student's file: see `__main__`

if TYPE_CHECKING:
    from grader.notebook import Checked as Checked
    from grader.notebook import check as check
    from grader.notebook import load_ipython_extension as load_ipython_extension

__version__ = "0.1.0"

if not TYPE_CHECKING:

    def __getattr__(name):
        if name not in ("Checked", "check", "load_ipython_extension"):
            raise AttributeError(f"module 'grader' has no attribute {name!r}")
        from grader import needs

        if why := needs.lacking_python() or needs.lacking_numpy():
            raise ImportError(f"the grader cannot start: {why}")
        from grader import notebook

        return getattr(notebook, name)
