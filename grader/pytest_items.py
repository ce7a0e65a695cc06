"""What `pytest --submission` collects: a spec or a kit as a file, each of its cases as an item with its own verdict.

The submission is graded once per spec, whole, when the first item is run: points depend on all cases of a group.
It is a self-check as `grader check` is: hidden cases are not run.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.assignments import Gradable, shipped_folder
from grader.cases import Case, CaseFault, build_cases
from grader.checking import BANNER, must_be_one, self_check, submission_at
from grader.errors import GraderError, UsageError
from grader.kit import load_kit
from grader.kit_format import SUFFIX as KIT
from grader.model import CaseResult, Result, Verdict
from grader.reports.lines import known, seen, summary
from grader.reports.reading import first_reason, for_student, loses_points, reason
from grader.reports.safe import one_line, points, visible
from grader.runner import LocalRunner
from grader.spec import Group
from grader.spec_loader import SUFFIXES, load_spec
from grader.yaml_tree import Tree, read_tree

SEEDS = range(2**31)
MOST_PRINTED = 1000
"""Characters of what a submission printed that are shown with the first failure."""


class PointsLost(Exception):
    """A case that costs points; the message is the student's feedback, its first line what is shown of it in a list."""


# --- the run -------------------------------------------------------------------------------------


class Grading:
    """One run's hooks: it collects the specs that are named, and sums up at the end. Raises UsageError."""

    def __init__(self, config: pytest.Config, runner: LocalRunner) -> None:
        named = Path(config.getoption("grader_submission"))
        must_be_one(named)
        self.seed: int | None = config.getoption("grader_seed")
        if self.seed is not None and self.seed not in SEEDS:
            raise UsageError(f"--submission-seed {self.seed}: a seed is a whole number from 0 to {SEEDS[-1]}")
        if not any(_is_spec(Path(argument.partition("::")[0])) for argument in config.args):
            raise UsageError(f"--submission {named}: name the spec to grade it by as well, such as {_any_spec()}")
        config.option.grader_submission = str(named.absolute())  # workers of pytest-xdist may have another cwd
        self.named = named
        self.runner = runner
        self.submission = submission_at(named)
        self._told: dict[str, list[str]] = {}

    def pytest_report_header(self) -> str:
        """Which submission is graded."""
        return f"submission: {one_line(str(self.named))}"

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> SpecFile | None:
        """Only what is named is a spec: a YAML file in a folder of tests may be anything."""
        if _is_spec(file_path) and parent.session.isinitpath(file_path):
            nodeid = _nodeid(file_path, parent.config.rootpath)
            return SpecFile.from_parent(parent, path=file_path, nodeid=nodeid, grading=self)
        return None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Each report carries the summary along: with pytest-xdist the process that shows it graded nothing."""
        report = yield
        if isinstance(item, CaseItem) and item.sheet.summary:
            report.__dict__["grader_summary"] = item.sheet.summary
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the summaries."""
        if told := getattr(report, "grader_summary", None):
            self._told[report.nodeid.partition("::")[0]] = told

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The score and what to do next, for each spec."""
        for headline, *lines in self._told.values():
            terminalreporter.write_sep("=", f"grader: {headline}", bold=True)
            for line in lines:
                terminalreporter.write_line(line)


def _is_spec(path: Path) -> bool:
    return path.suffix in SUFFIXES or _is_kit(path)


def _is_kit(path: Path) -> bool:
    return path.name.endswith(KIT)


def _any_spec() -> Path:
    found = (path for folder in (Path("test_specs"), shipped_folder()) for path in sorted(folder.glob("*.yaml")))
    return next(found, Path("test_specs/self_attention.yaml"))


def _nodeid(path: Path, root: Path) -> str:
    """As pytest names files, and by the whole path where it would name them by nothing: above its root."""
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def _near(path: Path) -> Path:
    """As people write it: seen from where they are, if it is below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


# --- the spec ------------------------------------------------------------------------------------


class SpecFile(pytest.File):
    """A spec or a kit that was named; grades the submission when it is first asked."""

    def __init__(self, grading: Grading, **given: Any) -> None:
        super().__init__(**given)
        self.grading = grading
        self.summary: list[str] = []
        self.explained_in = ""
        """The first item that failed, which tells the likely cause for all."""
        self.has_sections = False
        self._result: Result | GraderError | None = None
        self._spec: Gradable | None = None

    def collect(self) -> Iterator[pytest.Item]:
        """An item per case. Raises CollectError."""
        path, seed = _near(self.path), self.grading.seed
        spec: Gradable
        try:
            if _is_kit(path):
                kit = load_kit(path)
                spec, cases, tree = kit, kit.cases, None
            else:
                spec = load_spec(path)
                cases = build_cases(spec.assignment, spec.assignment.seed if seed is None else seed)
                tree, _ = read_tree(path.read_text(encoding="utf-8-sig"))
        except CaseFault as fault:
            raise self.CollectError(f"{path}: with seed {seed}: {fault.message}") from None
        except GraderError as error:
            raise self.CollectError(str(error)) from None
        self._spec = spec
        groups = {group.id: group for group in spec.assignment.groups}
        for case in cases:
            group = groups[case.group]
            title, line = case.title or group.title or group.id, _line(case, group, tree) if tree else 1
            item: pytest.Item = CaseItem.from_parent(self, name=case.id, sheet=self, line=line, title=title)
            if case.visibility == "hidden":
                item.add_marker(pytest.mark.skip(reason="hidden"))
            yield item

    def result(self) -> Result:
        """The submission, graded. Raises GraderError, for each case the same."""
        if self._result is None and self._spec is not None:
            grading = self.grading
            try:
                graded = for_student(self_check(grading.submission, self._spec, grading.seed, grading.runner))
                banner = BANNER if graded.isolation.tier == "process" else ""
                self._result, self.summary = graded, list(summary(graded, banner))
            except GraderError as error:
                self._result = error
        if not isinstance(self._result, Result):
            raise self._result or UsageError(f"{self.path}: the spec was not read")
        return self._result


def _line(case: Case, group: Group, tree: Tree) -> int:
    """Where the spec says it: a group's property has a line of its own, what is drawn has its group's."""
    if case.expect is None and not group.cases:
        for index, check in enumerate(group.checks):
            if check is case.checks[-1]:
                return tree.mark((*case.path, "checks", index)).line
    return tree.mark(case.path).line


# --- the case ------------------------------------------------------------------------------------


class CaseItem(pytest.Item):
    """One case; `line` is that of the spec, from 1."""

    def __init__(self, sheet: SpecFile, line: int, title: str, **given: Any) -> None:
        super().__init__(**given)
        self.sheet = sheet
        self.line = line
        self.title = title

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the case is, lines from 0. The title also keeps pytest from making `::` of the dot in the name."""
        return self.path, self.line - 1, f"{self.name} ({self.title})"

    def setup(self) -> None:
        """Grade, if no case has done so. What could not be graded is an error, and no failure."""
        why = ""
        try:
            result, case = self.sheet.result(), self._case()
            if result.status == "ungraded" or case.verdict is Verdict.UNGRADED:
                why = first_reason(result)
        except GraderError as error:
            why = str(error)
        if why:  # not raised in the handler above: pytest would show what it handled, too
            pytest.fail(visible(why), pytrace=False)
        self.user_properties.append(("grader.points", f"{points(case.earned)}/{points(case.possible)}"))
        self.user_properties.append(("grader.verdict", case.verdict.value))

    def runtest(self) -> None:
        """Raises PointsLost."""
        case = self._case()
        if case.verdict is Verdict.SKIPPED:
            pytest.skip(visible(reason(case)))
        if loses_points(case):
            self._add_sections()
            raise PointsLost(visible("\n".join([*self._feedback(case), f"{_near(self.path)}:{self.line}"])))
        if case.verdict is not Verdict.PASSED:
            said = "\n".join(seen(case))
            self.add_report_section("call", "advice", visible(f"no points lost; {case.verdict}: {said}\n"))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The feedback alone: where the harness was when it gave it is nobody's business."""
        if not isinstance(excinfo.value, PointsLost):
            return super().repr_failure(excinfo, style)
        shown = excinfo.getrepr(style="value")
        if crash := shown.reprcrash:  # what lists, JUnit files and `--tb=line` show
            crash.path, crash.lineno = str(_near(self.path)), self.line
            crash.message = str(excinfo.value).partition("\n")[0]
        return shown

    def _case(self) -> CaseResult:
        return next(case for case in self.sheet.result().cases if case.id == self.name)

    def _feedback(self, case: CaseResult) -> Iterator[str]:
        first, *others = seen(case)
        yield f"{points(case.earned)}/{points(case.possible)} points: {first}"
        yield from others
        if case.verdict is not Verdict.FAILED:
            return
        causes = list(known(self.sheet.result()))
        if causes and self.sheet.explained_in not in ("", self.name):
            yield f"Likely cause: the same as of {self.sheet.explained_in}"
        elif causes:
            self.sheet.explained_in = self.name
            yield from causes

    def _add_sections(self) -> None:
        """What the file printed and a small example: once, for they are the whole submission's."""
        result = self.sheet.result()
        if self.sheet.has_sections:
            return
        self.sheet.has_sections = True
        if printed := result.output.strip():
            self.add_report_section("call", "stdout", visible(printed[:MOST_PRINTED]) + "\n")
        if small := result.counterexample:
            said = visible(f"{small.message}\n\n{small.reproducer.strip()}\n")
            self.add_report_section("call", "small example", said)
