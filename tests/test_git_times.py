"""The last commit's time is read from git's own files, whatever a repository's owner has put there."""

from __future__ import annotations

import os
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest

from grader import git_times
from grader.git_times import last_commit

AT = "2026-03-04T10:20:30+01:00"
SHA = "ab" * 20


def git(folder: Path, *words: str, at: str = AT) -> str:
    who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in
           (("NAME", "Ada > 1"), ("EMAIL", "a@b.org"), ("DATE", at))}  # fmt: skip
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "HOME": str(folder)}
    command = ["git", "-c", "init.defaultBranch=main", *words]
    environ = {**os.environ, **who, **alone}
    return subprocess.run(command, cwd=folder, env=environ, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Commits that differ by little, so that a pack has deltas."""
    if shutil.which("git") is None:
        pytest.skip("there is no git")
    folder = tmp_path_factory.mktemp("original")
    git(folder, "init", "-q")
    message = "\n\n".join(["committer Eve <e@x.org> 1 +0000", *(f"line {n} of a long message" for n in range(60))])
    for number in range(8):
        git(
            folder,
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            f"{number} {message}",
            at=f"2026-03-0{number + 1}T10:00:00+0000",
        )
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return folder


@pytest.fixture
def clone(original: Path, tmp_path: Path) -> Path:
    return shutil.copytree(original, tmp_path / "clone")


def loose(folder: Path, text: bytes, head: bytes = SHA.encode()) -> Path:
    """A repository by hand."""
    objects = folder / ".git" / "objects" / SHA[:2]
    objects.mkdir(parents=True)
    (folder / ".git" / "HEAD").write_bytes(head)
    (objects / SHA[2:]).write_bytes(zlib.compress(b"commit %d\0" % len(text) + text))
    return folder


# --- what git writes ---------------------------------------------------------------------------------


def test_loose_commits(clone: Path) -> None:
    assert last_commit(clone) == AT


@pytest.mark.parametrize("words", [["gc", "-q", "--aggressive"], ["repack", "-q", "-a", "-d", "-f", "--depth=40"]])
def test_packed_commits(clone: Path, words: list[str]) -> None:
    git(clone, *words)
    packed = git(clone, "verify-pack", "-v", *map(str, (clone / ".git/objects/pack").glob("*.idx")))
    assert "chain length" in packed  # there are deltas to follow
    times = {}
    for sha in git(clone, "rev-list", "HEAD").split():
        (clone / ".git" / "HEAD").write_text(sha)
        times[sha] = last_commit(clone)
    assert sorted(map(str, times.values())) == sorted([AT, *(f"2026-03-0{day}T10:00:00+00:00" for day in range(1, 9))])


def test_a_fresh_clone(original: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--no-local", str(original), "copy")
    assert list((tmp_path / "copy/.git/objects/pack").glob("*.pack"))
    assert last_commit(tmp_path / "copy") == AT
    assert last_commit(tmp_path) is None


def test_references_in_one_file(clone: Path) -> None:
    git(clone, "switch", "-q", "-c", "feature/my-work.1")
    git(clone, "pack-refs", "--all")
    assert not (clone / ".git/refs/heads/feature/my-work.1").exists()
    assert last_commit(clone) == AT


def test_deltas_by_name(clone: Path) -> None:
    git(clone, "-c", "repack.useDeltaBaseOffset=false", "repack", "-q", "-a", "-d", "-f", "--depth=40")
    assert last_commit(clone) == AT


# --- what anybody can write --------------------------------------------------------------------------


def test_no_program_is_started(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would make `git log` run one."""
    with (clone / ".git" / "config").open("a") as config:
        config.write("[log]\nshowSignature = true\n[gpg]\nprogram = touch owned\n[core]\nfsmonitor = touch owned\n")
        config.write("[alias]\nlog = !touch owned\n[core]\nsshCommand = touch owned\npager = touch owned\n")
    monkeypatch.setattr(subprocess, "Popen", None)
    assert last_commit(clone) == AT
    assert not (clone / "owned").exists()


COMMITTER = b"tree x\nauthor A <a> 5 +0000\ncommitter A <a> "


@pytest.mark.parametrize(
    ("text", "at"),
    [
        (COMMITTER + b"1700000000 -0530\n\nhello\n", "2023-11-14T16:43:20-05:30"),
        (COMMITTER + b"0 +0000\n\n", "1970-01-01T00:00:00+00:00"),
        (COMMITTER + b"999999999999 +0000\n\n", None),
        (COMMITTER + b"1700000000 +9959\n\n", None),
        (COMMITTER + b"-5 +0000\n\n", None),
        (b"tree x\n\ncommitter A <a> 1700000000 +0000\n", None),
        (b"", None),
        (COMMITTER + b"1700000000 +0000\n" + b"x" * 3_000_000, "2023-11-14T22:13:20+00:00"),
    ],
)
def test_odd_commits(tmp_path: Path, text: bytes, at: str | None) -> None:
    assert last_commit(loose(tmp_path, text)) == at


@pytest.mark.parametrize(
    "head",
    [
        b"ref: refs/heads/../../../../etc/passwd",
        b"ref: /etc/passwd",
        b"ref: refs/heads/nowhere",
        b"ref: refs/heads/a\0b",
        b"\xff",
        b"",
        b"a" * 5000,
        b"../../../etc/passwd",
    ],
)
def test_odd_heads(tmp_path: Path, head: bytes) -> None:
    assert last_commit(loose(tmp_path, COMMITTER + b"5 +0000\n\n", head)) is None


def test_links_are_not_followed(tmp_path: Path) -> None:
    real = loose(tmp_path / "real", COMMITTER + b"5 +0000\n\n")
    assert last_commit(real) is not None
    for linked in (".git", ".git/HEAD", ".git/objects", f".git/objects/{SHA[:2]}", f".git/objects/{SHA[:2]}/{SHA[2:]}"):
        copy = shutil.copytree(real, tmp_path / linked.replace("/", "_"))
        path = copy / linked
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
        path.symlink_to(real / linked)
        assert last_commit(copy) is None, linked


def test_a_git_that_is_no_folder(tmp_path: Path) -> None:
    assert last_commit(tmp_path / "nowhere") is None
    (tmp_path / ".git").write_text("gitdir: ../other/.git")
    assert last_commit(tmp_path) is None
    (tmp_path / ".git").unlink()
    os.mkfifo(tmp_path / "HEAD")
    (tmp_path / "sub" / ".git").mkdir(parents=True)
    os.mkfifo(tmp_path / "sub" / ".git" / "HEAD")
    assert last_commit(tmp_path / "sub") is None


def test_packs_with_any_bytes_are_no_trouble(clone: Path) -> None:
    git(clone, "repack", "-q", "-a", "-d", "-f", "--depth=40")
    (pack,) = (clone / ".git" / "objects" / "pack").glob("*.pack")
    seen = set()
    for path in (pack, pack.with_suffix(".idx")):
        whole = path.read_bytes()
        path.chmod(0o644)
        for number in range(60):
            data = bytearray(whole)
            data[number * 241 % len(data)] ^= 1 + number % 255
            path.write_bytes(data if number % 5 else data[: number * 31 % len(data)])
            seen.add(last_commit(clone))
        path.write_bytes(whole)
    assert {None, AT} <= seen


def test_deltas_that_go_round(tmp_path: Path) -> None:
    """An object that is a change of itself, by name."""
    packs = tmp_path / ".git" / "objects" / "pack"
    packs.mkdir(parents=True)
    (tmp_path / ".git" / "HEAD").write_text(SHA)
    name = bytes.fromhex(SHA)
    (packs / "pack-1.pack").write_bytes(bytes(12) + b"\x70" + name + zlib.compress(b"\x01\x01\x90\x01") + bytes(20))
    fanout = b"".join((number >= name[0]).to_bytes(4, "big") for number in range(256))
    index = b"\xfftOc\x00\x00\x00\x02" + fanout + name + bytes(4) + (12).to_bytes(4, "big")
    (packs / "pack-1.idx").write_bytes(index)
    assert last_commit(tmp_path) is None
    (packs / "pack-1.pack").write_bytes(bytes(12) + b"\x10" + zlib.compress(COMMITTER + b"5 +0000\n\n"))
    assert last_commit(tmp_path) == "1970-01-01T00:00:05+00:00"
    assert git_times.MOST_DELTAS < 100
