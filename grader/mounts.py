"""On what kind of file system a folder is, where the machine tells: SQLite must not be put on a network's."""

from __future__ import annotations

from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
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
    for line in table.splitlines():
        mount, _, rest = line.partition(" - ")
        fields = mount.split(" ")
        if len(fields) < 5 or not rest:
            continue
        point = Path(fields[4].encode("utf-8", "surrogateescape").decode("unicode_escape", "replace"))
        if (place == point or point in place.parents) and len(point.parts) >= best:
            best, kind = len(point.parts), rest.split(" ", 1)[0]
    return kind if kind in NETWORK else ""
