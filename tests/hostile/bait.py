"""What attacks reach for: files of others, a folder open to all, sockets that listen; and what became of them."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import shutil
import socket
import stat
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
REFERENCE = ROOT / "reference" / "self_attention.py"
SPEC = ROOT / "test_specs" / "self_attention.yaml"
SHARED = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path("/run"), Path("/"), Path.home())
"""Where everyone may write, or root."""

_numbers = itertools.count()


@dataclass(frozen=True)
class Bait:
    """`names` are what attacks call it by."""

    folder: Path
    names: Mapping[str, str]
    streams: tuple[socket.socket, ...]
    datagrams: tuple[socket.socket, ...]
    before: Mapping[Path, object]

    def harm(self) -> list[str]:
        """Everything that is not as it was laid out."""
        found = [f"{path} is not what it was" for path, was in self.before.items() if _look(path) != was]
        found += [f"{path.name} appeared" for path in (self.folder / "open").iterdir()]
        found += [f"{path} appeared" for place in SHARED for path in place.glob(f"*{self.names['MARK']}*")]
        for stream in self.streams:
            with contextlib.suppress(BlockingIOError):
                stream.accept()[0].close()
                found.append(f"somebody connected to {stream.getsockname()!r}")
        for datagram in self.datagrams:
            with contextlib.suppress(BlockingIOError):
                datagram.recv(64)
                found.append(f"somebody sent something to {datagram.getsockname()!r}")
        return found


def _look(path: Path) -> object:
    """All of a file that others could change; reading it changes none of it."""
    try:
        status = path.lstat()
    except OSError as error:
        return errno.errorcode[error.errno or 0]
    content = path.read_bytes() if stat.S_ISREG(status.st_mode) else b""
    return content, status.st_mode, status.st_uid, status.st_gid, status.st_nlink, status.st_mtime_ns, status.st_ino


@contextlib.contextmanager
def laid_out() -> Iterator[Bait]:
    """Bait that can be reached by every user of the machine, where nothing else keeps them away."""
    # Not below pytest's folders: they are closed to other users, and hostile code may run as one.
    folder = Path(tempfile.mkdtemp(prefix="bait-"))
    mark = f"hostile-{os.getpid()}-{next(_numbers)}"
    other, secret, open_dir = folder / "other_student.py", folder / "secret.txt", folder / "open"
    other.write_text("def self_attention(Q, K, V):\n    return 'the work of somebody else'\n", encoding="utf-8")
    secret.write_text("only for the judge\n", encoding="utf-8")
    open_dir.mkdir()
    for path, mode in ((folder, 0o755), (other, 0o644), (secret, 0o600), (open_dir, 0o777)):
        path.chmod(mode)
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        tcp = stack.enter_context(_bound(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)))
        udp = stack.enter_context(_bound(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)))
        unix = stack.enter_context(_bound(socket.AF_UNIX, socket.SOCK_STREAM, str(folder / "socket")))
        abstract = stack.enter_context(_bound(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{mark}"))
        (folder / "socket").chmod(0o777)
        names = {
            "REFERENCE": str(REFERENCE),
            "SPEC": str(SPEC),
            "OTHER": str(other),
            "SECRET": str(secret),
            "OPEN_DIR": str(open_dir),
            "MARK": mark,
            "JUDGE": str(os.getpid()),
            "PORT": str(tcp.getsockname()[1]),
            "UDP": str(udp.getsockname()[1]),
            "SOCKET": str(folder / "socket"),
            "ABSTRACT": mark,
        }
        watched = (folder, other, secret, folder / "socket", REFERENCE, SPEC)
        yield Bait(folder, names, (tcp, unix, abstract), (udp,), {path: _look(path) for path in watched})


def _bound(family: int, kind: int, address: str | tuple[str, int]) -> socket.socket:
    made = socket.socket(family, kind)
    made.bind(address)
    made.setblocking(False)
    if kind == socket.SOCK_STREAM:
        made.listen(64)
    return made
