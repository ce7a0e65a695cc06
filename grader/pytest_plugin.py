"""pytest's door to the grader: `pytest --submission my.py test_specs/self_attention.yaml`.

Every pytest of an environment that has the grader loads this module (entry point `pytest11`). It is inert unless
asked: nothing else of the grader is imported, and no file is looked at, before `--submission` is given.
"""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Two options; whoever has one of the same name says `-p no:grader`."""
    group = parser.getgroup("grader", "grading a submission (attention-grader)")
    group.addoption(
        "--submission",
        dest="grader_submission",
        metavar="PATH",
        help="grade this file or folder by the specs (.yaml) that are named; each case is a test",
    )
    group.addoption(
        "--submission-seed",
        dest="grader_seed",
        metavar="N",
        type=int,
        help="seed of the random inputs instead of the spec's",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Start a zygote, which preloads numpy while the rest is imported here. Raises UsageError (exit code 4)."""
    if config.getoption("grader_submission") is None:
        if config.getoption("grader_seed") is not None:
            raise pytest.UsageError("--submission-seed: name what is to be graded as well, with --submission PATH")
        return
    from grader.errors import GraderError
    from grader.runner import LocalRunner

    runner = LocalRunner()
    config.add_cleanup(runner.close)  # however the run ends
    try:
        if runs_cases(config):
            runner.start()
        from grader.pytest_items import Grading

        config.pluginmanager.register(Grading(config, runner), "grader-submission")
    except GraderError as error:
        raise pytest.UsageError(str(error)) from None


def runs_cases(config: pytest.Config) -> bool:
    """Not where cases are only listed, nor where pytest-xdist hands them to its workers: each has its own zygote."""
    distributes = bool(config.getoption("tx", None)) and not hasattr(config, "workerinput")
    return not distributes and not config.option.collectonly
