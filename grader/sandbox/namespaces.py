"""Layer "namespaces": a machine of its own, with nothing in it but Python, numpy and silence.

Theory: the keeper makes the process namespace (as an ordinary user inside a user namespace, which gives it the right
to; as root without one), so that the zygote forked from it is its pid 1: when that ends, the kernel ends all that is
left inside. Once everything is loaded the zygote makes the others (mount, network, IPC, host name) and a root file
system of its own: an empty, read-only tmpfs with Python's standard library and the loaded packages bound into it,
read-only too. There is no /proc, no /dev, no /tmp, no network device. All this is made once and inherited.

Order matters: the new root is entered first (`pivot_root`) and filled from the old one, which then goes away, so
that it does not matter where its tmpfs was mounted; that place may hide what is to be bound.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from grader.sandbox import kernel
from grader.sandbox.base import CageError, Layer
from grader.sandbox.readable import LOADER_FILES, PACKAGE_FOLDERS, Readable, children

MOUNT_POINT = "/tmp"  # nothing is written there: in a mount namespace of our own a tmpfs covers it
OLD_ROOT = "/old"
SIZE = "size=1m,nr_inodes=4k,mode=755"

LINKS = ("/lib", "/lib32", "/lib64", "/usr/lib64")
"""Where the dynamic loader looks, often by way of a link."""
QUIET = kernel.MS_NOSUID | kernel.MS_NODEV
MADE_IN_ZYGOTE = kernel.CLONE_NEWNS | kernel.CLONE_NEWNET | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS


class Namespaces(Layer):
    """See the module."""

    name = "namespaces"
    advice = (
        "Run as root, or allow user namespaces (Ubuntu 24.04: sysctl kernel.apparmor_restrict_unprivileged_userns=0). "
        "Docker: --cap-add SYS_ADMIN --security-opt apparmor=unconfined; without that, `restricted` is what it gives."
    )
    _by_root = True

    def unavailable(self) -> str:
        """Tried out in a process of its own: some systems let it begin and deny the rest (Ubuntu 24.04's AppArmor)."""
        if not hasattr(os, "fork"):
            return "this system has no namespaces"
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                self.enter_keeper()
                _enter_new_root()
            except OSError as error:
                os.write(writer, str(error).encode())
            finally:
                os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            why = pipe.read().decode()
        os.waitpid(child, 0)
        return why

    def details(self) -> str:
        return "made by root" if self._by_root else "in a user namespace"

    def enter_keeper(self) -> None:
        try:
            kernel.unshare(kernel.CLONE_NEWPID)
        except PermissionError:
            uid, gid = os.geteuid(), os.getegid()
            kernel.unshare(kernel.CLONE_NEWUSER | kernel.CLONE_NEWPID)
            self._by_root = False
            _write("/proc/self/setgroups", "deny")
            _write("/proc/self/uid_map", f"{uid} {uid} 1")
            _write("/proc/self/gid_map", f"{gid} {gid} 1")

    def enter_zygote(self, readable: Readable) -> None:
        if os.getpid() != 1:
            raise CageError("the zygote is not the first process of its namespace")
        packages = readable.packages
        folders = (*readable.library_folders, readable.standard_library)
        _enter_new_root()
        for path in LINKS:
            _link(path)
        for path in sorted((*folders, *packages, *LOADER_FILES), key=lambda path: path.count("/")):
            if not os.path.lexists(path):  # it is when it came with the folder that it is in
                _bind(path)
        for folder in folders:
            for hidden in _package_folders(folder):
                _cover(hidden, [package for package in packages if os.path.dirname(package) == hidden])
        kernel.unmount(OLD_ROOT)
        os.rmdir(OLD_ROOT)
        _make_read_only("/")
        kernel.set_hostname("grader")


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def _enter_new_root() -> None:
    """An empty root of our own; the old one is at `OLD_ROOT`."""
    kernel.unshare(MADE_IN_ZYGOTE)
    kernel.mount("", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("tmpfs", MOUNT_POINT, "tmpfs", QUIET, SIZE)
    os.chdir(MOUNT_POINT)
    os.mkdir(OLD_ROOT.removeprefix("/"), 0o700)
    kernel.pivot_root(".", OLD_ROOT.removeprefix("/"))
    os.chdir("/")


def _link(path: str) -> None:
    """The same symbolic link as in the old root, if it is one."""
    if os.path.islink(OLD_ROOT + path):
        os.makedirs(os.path.dirname(path), 0o755, exist_ok=True)
        os.symlink(os.readlink(OLD_ROOT + path), path)


def _bind(path: str) -> None:
    """Show a file or folder of the old root at the same place of the new one, read-only."""
    source = _in_old_root(path)
    if os.path.isdir(source):
        os.makedirs(path, 0o755)
    elif os.path.isfile(source):
        os.makedirs(os.path.dirname(path), 0o755, exist_ok=True)
        with open(path, "xb"):
            pass
    else:
        return
    kernel.mount(source, path, flags=kernel.MS_BIND | kernel.MS_REC)
    _make_read_only(path)


def _make_read_only(path: str) -> None:
    # What the mount forbids already may not be allowed again in a user namespace: it is said again.
    forbidden = os.statvfs(path).f_flag & (kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC)
    kernel.mount("", path, flags=kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY | QUIET | forbidden)


def _in_old_root(path: str) -> str:
    """Where a path of the old root is now, whatever links are in it: an absolute one would lead into the new root."""
    at, parts = OLD_ROOT, path.split("/")[::-1]
    for _ in range(1000):  # links may go in circles
        if not parts:
            break
        part = parts.pop()
        if part == "..":
            at = at if at == OLD_ROOT else os.path.dirname(at)
        elif part in ("", "."):
            continue
        elif os.path.islink(f"{at}/{part}"):
            target = os.readlink(f"{at}/{part}")
            at = OLD_ROOT if target.startswith("/") else at
            parts += target.split("/")[::-1]
        else:
            at = f"{at}/{part}"
    return at


def _cover(folder: str, wanted: Sequence[str]) -> None:
    """Hide a folder of packages that came along with the standard library, but for what is wanted of it."""
    kernel.mount("tmpfs", folder, "tmpfs", QUIET, SIZE)
    for path in wanted:
        _bind(path)
    _make_read_only(folder)


def _package_folders(folder: str) -> list[str]:
    """Folders of packages in a folder of libraries: its own, and those of the Pythons in it."""
    if not os.path.isdir(folder):
        return []
    pythons = [path for path in children(folder) if os.path.basename(path).startswith("python")]
    places = [folder, *(path for path in pythons if os.path.isdir(path))]
    return [path for place in places for name in PACKAGE_FOLDERS if os.path.isdir(path := f"{place}/{name}")]
