"""What the two programs answer to every call, on both architectures: they are run here, instruction by instruction."""

from __future__ import annotations

import errno
import functools
import os
from collections.abc import Callable, Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sandbox.bpf import ALLOW, ERRNO, KILL_PROCESS, Call, answer
from sandbox.machines import number_of

from grader.sandbox import seccomp, seccomp_programs
from grader.sandbox.seccomp import OWN_PID
from grader.sandbox.seccomp_programs import COMPUTE, NO_SUCH_FILE, READING, SUPERVISING, TIGHT, WIDE, Program

X86_64, AARCH64, I386, ARM = 0xC000003E, 0xC00000B7, 0x40000003, 0x40000028
ARCHITECTURES = {"x86_64": X86_64, "aarch64": AARCH64}
OTHERS = (I386, ARM, 0xC0000015, 0x80000016, 0x4000003E, 0)
X32 = 0x40000000
"""Added to the number of a call, that is the x32 interface of x86_64."""
PID = 4711

EPERM, ENOENT, EAGAIN, ENOSYS = (ERRNO | code for code in (errno.EPERM, errno.ENOENT, errno.EAGAIN, errno.ENOSYS))
Ask = Callable[..., int]
"""What a program answers to a name and arguments."""


def built(program: Program, architecture: int) -> bytes:
    """With the worker's process id in its place."""
    code = seccomp_programs.build(program, None if architecture == ARCHITECTURES[os.uname().machine] else architecture)
    return bytes(seccomp.for_process(code, seccomp.own_pid_places(code), PID))


@pytest.fixture(scope="module", params=sorted(ARCHITECTURES))
def architecture(request: pytest.FixtureRequest) -> int:
    return ARCHITECTURES[request.param]


def asking(program: Program, architecture: int) -> Ask:
    code = built(program, architecture)

    def ask(name: str | int, *arguments: int, of: int = architecture) -> int:
        number = number_of(name, architecture) if isinstance(name, str) else name
        assert number >= 0 or isinstance(name, int), f"{name} is not there"
        return answer(code, Call(number, of, arguments))

    return ask


@pytest.fixture(scope="module")
def tight(architecture: int) -> Ask:
    return asking(TIGHT, architecture)


@pytest.fixture(scope="module")
def wide(architecture: int) -> Ask:
    return asking(WIDE, architecture)


def existing(names: Iterable[str], architecture: int) -> list[str]:
    """Those that the architecture has."""
    return [name for name in names if number_of(name, architecture) >= 0]


# --- by name -----------------------------------------------------------------------------------------


def test_what_computes_is_allowed(tight: Ask, wide: Ask, architecture: int) -> None:
    names = existing(COMPUTE, architecture)
    assert len(names) > 60
    assert {name: (tight(name), wide(name)) for name in names} == dict.fromkeys(names, (ALLOW, ALLOW))


def test_paths_are_as_if_there_were_no_files(tight: Ask, architecture: int) -> None:
    names = existing(NO_SUCH_FILE, architecture)
    assert len(names) > 15
    assert {name: tight(name, 0, 0, 0, 0) for name in names} == dict.fromkeys(names, ENOENT)


def test_no_process_and_no_thread_can_be_made(tight: Ask, architecture: int) -> None:
    for name in existing(("clone", "fork", "vfork"), architecture):
        for flags in (0, 0x11, 0x01200011, 0x003D0F00, 0x10000000):
            assert tight(name, flags) == EAGAIN
    for name in ("clone3", "openat2"):
        assert tight(name) == ENOSYS


REFUSED = """
    socket socketpair connect bind listen accept accept4 sendto sendmsg sendmmsg recvfrom recvmsg setsockopt
    ptrace process_vm_readv process_vm_writev kcmp pidfd_open pidfd_getfd pidfd_send_signal process_madvise tkill
    rt_sigqueueinfo rt_tgsigqueueinfo execve execveat unshare setns mount umount2 pivot_root chroot open_tree move_mount
    fsopen fsmount mount_setattr keyctl add_key request_key shmget shmat shmctl semget semop msgget msgsnd
    memfd_create memfd_secret userfaultfd perf_event_open bpf io_uring_setup io_uring_enter io_uring_register
    io_setup inotify_init1 inotify_add_watch fanotify_init mq_open setuid setgid setresuid setresgid setgroups capset
    setpriority sched_setaffinity sched_setscheduler sched_setattr setrlimit personality seccomp sethostname reboot
    kexec_load init_module finit_module delete_module swapon quotactl syslog acct settimeofday clock_settime adjtimex
    flock fallocate ftruncate sendfile splice tee vmsplice copy_file_range fchmod fchown fsetxattr setxattr
    name_to_handle_at open_by_handle_at getdents64 sync syncfs landlock_create_ruleset timer_create timerfd_create
    signalfd4 setsid setpgid vhangup lookup_dcookie remap_file_pages migrate_pages move_pages set_mempolicy
    waitid mlock mlockall pkey_mprotect
"""


def test_all_else_is_not_permitted(tight: Ask, architecture: int) -> None:
    names = existing(REFUSED.split(), architecture)
    assert len(names) > 90
    answers = {name: tight(name, PID, PID, 0, 0) for name in names}
    assert answers == dict.fromkeys(names, EPERM)


@pytest.mark.parametrize("program", [TIGHT, WIDE], ids=["tight", "wide"])
def test_numbers_that_are_on_no_list_are_not_permitted(program: Program, architecture: int) -> None:
    ask = asking(program, architecture)
    known = {number_of(name, architecture) for name in (*program.allowed, *program.conditional, *program.refused)}
    answers = {number: ask(number) for number in range(700)}
    assert {number for number, told in answers.items() if told != EPERM} <= known
    assert {ask(number) for number in (1000, 2**20, X32 - 1 if architecture == AARCH64 else 2**29)} == {EPERM}


def test_no_name_is_answered_in_two_ways() -> None:
    """libseccomp would keep one of them, whichever came first."""
    for program in (TIGHT, WIDE):
        lists = [set(program.allowed), set(program.conditional), set(program.refused)]
        assert sum(map(len, lists)) == len(set().union(*lists))


def test_the_tight_program_allows_nothing_that_the_wide_one_does_not(architecture: int) -> None:
    """The kernel takes the stricter answer: what only one allows is a mistake in a list."""
    names = existing({*TIGHT.allowed}, architecture)
    ask = asking(WIDE, architecture)
    assert {name for name in names if ask(name) != ALLOW} == set()


# --- by argument, in a worker ------------------------------------------------------------------------

PIDS = (0, 1, -1, PID, -PID, PID + 1, OWN_PID, 2**31, PID + 2**32, -1 + 2**32)


@pytest.mark.parametrize("name", ["kill", "tgkill"])
def test_signals_go_to_oneself_only(tight: Ask, name: str) -> None:
    assert [pid for pid in PIDS if tight(name, pid, 9, 9) == ALLOW] == [PID]
    assert {tight(name, pid, 9, 9) for pid in PIDS} == {ALLOW, EPERM}


def test_limits_of_oneself_are_read_and_nothing_else(tight: Ask) -> None:
    new, old = 0x7FFF00001000, 0x7FFF00002000
    assert [pid for pid in PIDS if tight("prlimit64", pid, 7, 0, old) == ALLOW] == [0, PID]
    assert {tight("prlimit64", pid, 7, address, old) for pid in PIDS for address in (new, 1 << 32, 1)} == {EPERM}


@pytest.mark.parametrize("name", ["sched_getaffinity", "sched_getparam", "sched_getscheduler"])
def test_scheduling_of_oneself_is_read(tight: Ask, name: str) -> None:
    assert [pid for pid in PIDS if tight(name, pid, 128) == ALLOW] == [0, PID]


@pytest.mark.parametrize(
    ("name", "position", "allowed"),
    [
        ("prctl", 0, {15, 16, 0x53564D41}),
        ("ioctl", 1, {0x5401, 0x5413, 0x541B, 0x5451, 0x5421}),
        ("fcntl", 1, {0, 1, 2, 3, 4, 1030}),
    ],
)
def test_what_has_many_purposes_has_few(tight: Ask, name: str, position: int, allowed: set[int]) -> None:
    values = {*range(2048), *range(0x5400, 0x5480), 0x53564D41, 0x89F0, 2**32, *(value + 2**32 for value in allowed)}

    def ask(value: int) -> int:
        return tight(name, *(value if place == position else 3 for place in range(4)))

    assert {value for value in values if ask(value) == ALLOW} == allowed
    assert {ask(value) for value in values - allowed} == {EPERM}


# --- by argument, in the zygote and while a worker loads modules ------------------------------------

CREATE, WRITE, READ_WRITE, TRUNCATE, TEMPORARY = 0o100, 0o1, 0o2, 0o1000, 0o20000000 | 0o200000
HARMLESS = (0, 0o2000000, 0o200000, 0o400000, 0o4000, 0o100000)
"""Reading; closed on exec, a folder, no link, not waiting, a large file."""


def test_files_are_opened_to_be_read(wide: Ask, architecture: int) -> None:
    for name, before in (("open", (0,)), ("openat", (2**64 - 100, 0))):
        if number_of(name, architecture) < 0:
            continue
        for harmless in HARMLESS:
            assert wide(name, *before, harmless) == ALLOW
            for flag in (CREATE, WRITE, READ_WRITE, 3, TRUNCATE, TEMPORARY):
                assert wide(name, *before, harmless | flag) == EPERM


@given(flags=st.integers(0, 2**32 - 1))
def test_no_flags_that_write_are_let_through(flags: int) -> None:
    writes = flags & 3 or flags & (CREATE | TRUNCATE | 0o20000000)
    assert (_wide_here()("openat", 0, 0, flags) == ALLOW) == (not writes)


@functools.cache
def _wide_here() -> Ask:
    """Built once: hypothesis does not take fixtures of a function."""
    return asking(WIDE, ARCHITECTURES[os.uname().machine])


def test_a_clone_is_a_fork(wide: Ask) -> None:
    namespaces = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)
    thread = 0x003D0F00
    assert (wide("clone", 0x11), wide("clone", 0x01200011)) == (ALLOW, ALLOW)
    for flags in (0, thread, 0x100 | 0x11, 0x4000 | 0x11, *(kind | 0x11 for kind in namespaces), 0x11 + 2**32):
        assert wide("clone", flags) == EPERM
    assert (wide("clone3"), wide("openat2")) == (ENOSYS, ENOSYS)


def test_limits_can_be_set_by_the_zygote_for_itself_only(wide: Ask) -> None:
    assert [pid for pid in PIDS if wide("prlimit64", pid, 7, 1, 1) == ALLOW] == [0]
    assert [pid for pid in PIDS if wide("sched_getaffinity", pid) == ALLOW] == [0]


def test_purposes_of_the_zygote(wide: Ask) -> None:
    assert {value for value in range(100) if wide("prctl", value) == ALLOW} == {1, 15, 16, 22}


def test_it_reads_and_supervises(wide: Ask, architecture: int) -> None:
    names = existing((*READING, *SUPERVISING), architecture)
    assert {name: wide(name) for name in names} == dict.fromkeys(names, ALLOW)


@pytest.mark.parametrize("names", [REFUSED.replace("getdents64", "").split()])
def test_what_the_zygote_does_not_need_either(wide: Ask, architecture: int, names: Sequence[str]) -> None:
    needed = {*SUPERVISING, *READING}
    refused = [name for name in existing(names, architecture) if name not in needed]
    assert {name: wide(name, 7, 7, 7, 7) for name in refused} == dict.fromkeys(refused, EPERM)


def test_nothing_that_changes_files(wide: Ask, architecture: int) -> None:
    read = {"open", "openat", *READING, "statfs"}
    names = [name for name in existing(NO_SUCH_FILE, architecture) if name not in read]
    assert len(names) > 10
    assert {name: wide(name) for name in names} == dict.fromkeys(names, EPERM)


# --- other architectures -----------------------------------------------------------------------------


@pytest.mark.parametrize("program", [TIGHT, WIDE], ids=["tight", "wide"])
def test_calls_of_another_architecture_end_the_process(program: Program, architecture: int) -> None:
    ask = asking(program, architecture)
    others = {*OTHERS, *ARCHITECTURES.values()} - {architecture}
    assert {ask(number, of=other) for number in range(500) for other in others} == {KILL_PROCESS}


@pytest.mark.parametrize("program", [TIGHT, WIDE], ids=["tight", "wide"])
def test_the_x32_interface_ends_the_process(program: Program) -> None:
    ask = asking(program, X86_64)
    assert {ask(X32 + number) for number in range(600)} == {KILL_PROCESS}


# --- building ----------------------------------------------------------------------------------------


def test_the_programs_of_this_machine_are_built_once() -> None:
    first, second = seccomp_programs.programs(), seccomp_programs.programs()
    assert first is second
    assert first == (seccomp_programs.build(WIDE), seccomp_programs.build(TIGHT))


@pytest.mark.parametrize("program", [TIGHT, WIDE], ids=["tight", "wide"])
def test_programs_fit_into_the_kernel_and_are_shallow(program: Program, architecture: int) -> None:
    assert 0 < len(built(program, architecture)) // 8 < 4096


def test_a_name_that_is_too_new_for_this_libseccomp_is_left_to_the_rest() -> None:
    invented = Program(("read", "no_such_call_yet"), {}, {})
    assert seccomp_programs.build(invented) == seccomp_programs.build(Program(("read",), {}, {}))


def test_what_libseccomp_refuses_is_an_error() -> None:
    twice = Program((), {"read": [[(9, 4, 0, 0)]]}, {})  # there is no tenth argument
    with pytest.raises(OSError, match="libseccomp, a rule for read"):
        seccomp_programs.build(twice)
    with pytest.raises(OSError, match="choosing the architecture"):
        seccomp_programs.build(TIGHT, 12345)


def test_a_filter_that_cannot_be_made_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seccomp_programs._library(), "seccomp_init", lambda action: None)
    with pytest.raises(OSError, match="cannot make a filter"):
        seccomp_programs.build(TIGHT)
