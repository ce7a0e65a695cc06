"""On what kind of file system a folder is, where the machine tells: SQLite must not be put on a network's."""

from __future__ import annotations

import re
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
_ESCAPED = re.compile(r"\\([0-7]{3})")
"""Blank, tab, newline and backslash in a mount point's name."""
NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "ceph", "glusterfs", "lustre", "beegfs", "gpfs", "ncpfs"}
    | {"fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.rclone", "fuse.s3fs", "fuse.davfs", "davfs"}
)


def network_filesystem(folder: Path, mounts: str | None = None) -> str:
    """The kind, such as "nfs4", where it is a network's; empty where it is not, or nobody knows.

    `mounts` is a text like /proc/self/mountinfo (proc(5)): of the mount points above a folder the last longest counts.
    """
    try:
        table = MOUNTS.read_text("utf-8", "surrogateescape") if mounts is None else mounts
        place = folder.resolve()
    except OSError:
        return ""
    best, kind = -1, ""
    for line in table.split("\n"):  # the one sign that a mount point's name cannot hold unescaped
        mount, _, rest = line.partition(" - ")
        fields = mount.split(" ")
        if len(fields) < 5 or not rest:
            continue
        point = Path(_ESCAPED.sub(lambda found: chr(int(found[1], 8)), fields[4]))
        if (place == point or point in place.parents) and len(point.parts) >= best:
            best, kind = len(point.parts), rest.split(" ", 1)[0]
    return kind if kind in NETWORK else ""
