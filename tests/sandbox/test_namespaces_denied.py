"""Where namespaces cannot be had, that is found out and told; by value, what is made where."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sandbox.machines import APPARMOR, NO_USER_NAMESPACES, ORDINARY_USER, Machine, run_on
from tiers import needs_layer
from workers import family, namespaces_of

from grader.sandbox import kernel, namespaces
from grader.sandbox.base import CageError, Plan
from grader.sandbox.namespaces import Namespaces
from grader.sandbox.readable import Readable

ASK = """
from grader.sandbox.base import Plan
from grader.sandbox.namespaces import Namespaces
found = Namespaces(Plan()).unavailable()
"""
ZYGOTE = """
from grader.launcher import Zygote
zygote = Zygote()
isolation = zygote.isolation
zygote.close()
found = [isolation.tier, isolation.left_out.get("namespaces", ""), isolation.details.get("namespaces", "")]
"""


@pytest.mark.parametrize(
    ("machine", "why"),
    [
        (NO_USER_NAMESPACES, "[Errno 1] new namespaces: Operation not permitted"),
        (APPARMOR, "[Errno 13] mounting /: Permission denied"),
    ],
    ids=["no user namespaces", "AppArmor"],
)
def test_a_machine_that_denies_them_is_asked_and_says_why(machine: Machine, why: str) -> None:
    needs_layer("namespaces")
    assert run_on(machine, ASK) == why
    assert run_on(machine, ZYGOTE) == ["restricted", why, ""]


def test_an_ordinary_user_has_them_too() -> None:
    needs_layer("namespaces")
    assert run_on(ORDINARY_USER, ASK) == ""
    assert run_on(ORDINARY_USER, ZYGOTE) == ["full", "", "in a user namespace"]


def test_asking_changes_nothing_of_the_process_that_asks() -> None:
    before, others = namespaces_of(os.getpid()), family(os.getpid())
    Namespaces(Plan()).unavailable()
    assert namespaces_of(os.getpid()) == before
    assert family(os.getpid()) == others  # whom it asked is gone


def test_a_system_that_cannot_fork_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    assert Namespaces(Plan()).unavailable() == "this system has no namespaces"


def test_a_map_of_users_that_may_not_be_written_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process nothing is made: the calls that would are played."""

    def denied(flags: int) -> None:
        if flags == kernel.CLONE_NEWPID:
            raise PermissionError

    def refused(path: str, text: str) -> None:
        raise PermissionError(1, "Operation not permitted", path)

    monkeypatch.setattr(kernel, "unshare", denied)
    monkeypatch.setattr(namespaces, "_write", refused)
    assert Namespaces(Plan()).unavailable() == "[Errno 1] Operation not permitted: '/proc/self/setgroups'"


def test_the_users_own_number_is_all_that_is_mapped(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    written: dict[str, str] = {}

    def first_denied(flags: int) -> None:
        made.append(flags)
        if len(made) == 1:
            raise PermissionError

    monkeypatch.setattr(kernel, "unshare", first_denied)
    monkeypatch.setattr(namespaces, "_write", written.__setitem__)
    layer = Namespaces(Plan())
    assert layer.details() == "made by root"
    layer.enter_keeper()
    assert layer.details() == "in a user namespace"
    assert made == [kernel.CLONE_NEWPID, kernel.CLONE_NEWUSER | kernel.CLONE_NEWPID]
    uid, gid = os.geteuid(), os.getegid()
    assert list(written.items()) == [
        ("/proc/self/setgroups", "deny"),
        ("/proc/self/uid_map", f"{uid} {uid} 1"),
        ("/proc/self/gid_map", f"{gid} {gid} 1"),
    ]


def test_a_zygote_that_is_not_the_first_process_does_not_go_on() -> None:
    with pytest.raises(CageError, match="not the first process"):
        Namespaces(Plan()).enter_zygote(Readable("", (), ()))


# --- paths of the old root ---------------------------------------------------------------------------


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree in the place of the old root."""
    monkeypatch.setattr(namespaces, "OLD_ROOT", str(tmp_path))
    for folder in ("usr/lib/python3", "opt/python", "home/me"):
        (tmp_path / folder).mkdir(parents=True)
    for link, target in {
        "lib": "usr/lib",
        "usr/lib/current": "/opt/python",
        "opt/python/up": "../../usr/lib/python3",
        "opt/python/out": "../../../../../../usr/lib",
        "opt/python/dot": "./up/.",
        "home/me/chain": "/lib/current/up",
        "circle": "/circle",
        "to": "/fro",
        "fro": "to",
        "dangling": "/nowhere/at/all",
    }.items():
        (tmp_path / link).symlink_to(target)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/usr/lib", "usr/lib"),
        ("/usr//lib/./python3/", "usr/lib/python3"),
        ("/usr/lib/../lib/python3", "usr/lib/python3"),
        ("/lib/python3", "usr/lib/python3"),
        ("/lib/current", "opt/python"),
        ("/usr/lib/current/up", "usr/lib/python3"),
        ("/opt/python/out/python3", "usr/lib/python3"),
        ("/opt/python/dot", "usr/lib/python3"),
        ("/home/me/chain", "usr/lib/python3"),
        ("/lib/current/../python", "opt/python"),
        ("/../../usr", "usr"),
        ("/dangling/x", "nowhere/at/all/x"),
        ("/", ""),
    ],
)
def test_links_are_followed_inside_the_old_root(old: Path, path: str, place: str) -> None:
    assert namespaces._in_old_root(path) == str(old / place)


@pytest.mark.parametrize("path", ["/circle", "/to", "/fro/x", "/circle/../usr"])
def test_links_that_go_in_circles_come_to_an_end_inside(old: Path, path: str) -> None:
    assert Path(namespaces._in_old_root(path)).is_relative_to(old)


def test_folders_of_packages_are_found_in_libraries_and_in_the_pythons_in_them(tmp_path: Path) -> None:
    for folder in ("site-packages", "python3/dist-packages", "python3.11/site-packages", "other/site-packages"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "python.txt").write_text("no folder")
    (tmp_path / "python3.11" / "dist-packages").write_text("no folder")
    found = {str(Path(path).relative_to(tmp_path)) for path in namespaces._package_folders(str(tmp_path))}
    assert found == {"site-packages", "python3/dist-packages", "python3.11/site-packages"}
    assert namespaces._package_folders(str(tmp_path / "python.txt")) == []
