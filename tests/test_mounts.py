"""Which file system a folder is on, by texts like /proc/self/mountinfo."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader import mounts
from grader.mounts import network_filesystem

TABLE = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:5 / /dev rw,nosuid shared:2 master:1 - devtmpfs udev rw
30 22 0:40 / /home rw,relatime shared:3 - nfs4 server:/home rw,vers=4.2
31 30 8:2 / /home/me/local rw - xfs /dev/sdb1 rw
32 22 0:41 / /mnt/a\040b rw - cifs //server/a\040b rw
33 22 0:42 / /mnt/tab\011new\012back\134slash rw - nfs server:/x rw
34 22 0:43 / /mnt/Übung rw - fuse.sshfs me@there: rw
35 22 0:44 / /auto rw - autofs /etc/auto rw
36 35 0:45 / /auto rw - nfs server:/auto rw
37 22 0:46 / /over rw - nfs server:/over rw
38 37 0:47 / /over rw - tmpfs tmpfs rw
39 22 0:48 / /mnt/line"""
TABLE += "\u2028sep rw - beegfs x rw\n40 22 0:49 / /mnt/x\x0cy rw - ceph x rw\n41 broken\n\n42 22 0:1 / /lost rw nfs\n"


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", ""),
        ("/srv/class", ""),
        ("/home", "nfs4"),
        ("/home/me/class/reports", "nfs4"),
        ("/home/me/local/class", ""),
        ("/home2/me", ""),
        ("/mnt/a b/reports", "cifs"),
        ("/mnt/a", ""),
        ("/mnt/tab\tnew\nback\\slash/x", "nfs"),
        ("/mnt/Übung/abgaben", "fuse.sshfs"),
        ("/auto/x", "nfs"),
        ("/over/x", ""),
        ("/mnt/line\u2028sep/x", "beegfs"),
        ("/mnt/x\x0cy", "ceph"),
        ("/lost", ""),
    ],
)
def test_the_mount_point_that_is_nearest_above_counts(folder: str, kind: str) -> None:
    assert network_filesystem(Path(folder), TABLE) == kind


def test_a_relative_folder_is_looked_up_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    table = f"1 0 0:1 / {tmp_path.resolve()} rw - nfs x rw"
    assert network_filesystem(Path("reports"), table) == "nfs"
    assert network_filesystem(Path("../reports"), table) == ""


def test_a_link_counts_as_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "near").symlink_to(tmp_path / "far")
    assert network_filesystem(tmp_path / "near", f"1 0 0:1 / {tmp_path.resolve()}/far rw - nfs x rw") == "nfs"


def test_where_the_machine_does_not_tell_nobody_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mounts, "MOUNTS", tmp_path / "not there")
    assert network_filesystem(tmp_path) == ""
    (tmp_path / "mounts").write_bytes(b"1 0 0:1 / / rw - smb3 \xff rw\n")
    monkeypatch.setattr(mounts, "MOUNTS", tmp_path / "mounts")
    assert network_filesystem(tmp_path) == "smb3"
