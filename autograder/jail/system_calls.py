"""The system calls that computing needs; by seccomp, through pyseccomp. All others are refused.

Found by tracing the solutions and the variants of a whole course, and read against what the C
library of several systems calls for the same functions. What is not here reaches the kernel by
no number and through no other table (32-bit, x32).
"""

from __future__ import annotations

import errno
import os
import tempfile
from functools import cache

from autograder.jail import kernel

# Without regard to arguments.
ALLOWED = """
read write readv writev pread64 pwrite64 open openat close close_range lseek
stat lstat fstat newfstatat statx access faccessat faccessat2 readlink readlinkat
getdents getdents64 getcwd chdir fchdir mkdir mkdirat rmdir unlink unlinkat rename renameat
renameat2 ftruncate dup dup2 dup3 fsync fdatasync umask statfs fstatfs pipe pipe2
brk mmap munmap mremap mprotect madvise
futex set_robust_list get_robust_list rseq set_tid_address gettid sched_yield
sched_getaffinity sched_getparam sched_getscheduler sched_get_priority_max
sched_get_priority_min exit exit_group restart_syscall arch_prctl
rt_sigaction rt_sigprocmask rt_sigreturn rt_sigtimedwait rt_sigpending rt_sigsuspend sigaltstack
clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times alarm setitimer
getitimer getrusage pause
poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait eventfd2
sendto recvfrom getsockopt getsockname getpeername
getpid getppid getuid geteuid getgid getegid getpgrp getpgid getsid getgroups getresuid getresgid
uname sysinfo getrlimit getcpu getrandom getpriority
"""
# Those that learners' code may well try get the answer that they know, "not permitted". To every
# other number, also ones that this machine's libraries do not know yet, the answer is "no such
# call", on which the C library takes another way.
NOT_PERMITTED = """
socket socketpair connect bind listen accept accept4 sendmsg recvmsg sendmmsg recvmmsg
setsockopt shutdown execve execveat fork vfork ptrace process_vm_readv process_vm_writev
pidfd_open pidfd_getfd pidfd_send_signal kcmp mount umount2 pivot_root chroot unshare setns
keyctl add_key request_key bpf perf_event_open userfaultfd open_by_handle_at name_to_handle_at
setuid setgid setreuid setregid setresuid setresgid setgroups capset personality syslog
chmod fchmod fchmodat chown fchown lchown fchownat utime utimes utimensat futimesat
setxattr lsetxattr fsetxattr getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr
removexattr lremovexattr fremovexattr truncate link linkat symlink symlinkat mknod mknodat
tkill rt_sigqueueinfo rt_tgsigqueueinfo setrlimit setpriority
sched_setaffinity sched_setscheduler sched_setparam sched_setattr ioprio_set mbind set_mempolicy
migrate_pages move_pages get_mempolicy shmget shmat msgget semget mq_open memfd_create
memfd_secret io_setup io_uring_setup inotify_init inotify_init1 fanotify_init fadvise64 readahead
preadv preadv2 pwritev pwritev2 mincore mlock mlock2 mlockall sync syncfs splice tee vmsplice
setsid setpgid
"""
_FCNTL = (0, 1, 2, 3, 4, 1030)  # duplicate, flags of the descriptor and of the file; no locks
# Whether it is a terminal, its size, bytes to read, blocking, closed on exec.
_IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
_PRCTL = (15, 16, 0x53564D41)  # names of threads and of memory
_CLONE_THREAD, _CLONE_NAMESPACES = 0x00010000, 0x7E020080


def allow_system_calls() -> None:
    """Refuse this process every system call but those of a computation; no way back."""
    kernel.filter_system_calls(program(os.getpid()))


@cache
def program(pid: int) -> bytes:
    """The filter as the kernel takes it, for the process `pid`; made once, loaded by many.

    Raises:
        ImportError: pyseccomp, or the system's libseccomp, is not installed.
    """
    try:
        import pyseccomp as seccomp
    except (ImportError, RuntimeError) as error:
        raise ImportError(
            f"{error}; `pip install pyseccomp` brings it, and the package libseccomp2 (Debian, "
            "Ubuntu) or libseccomp (Fedora) what it calls"
        ) from None

    not_permitted = seccomp.ERRNO(errno.EPERM)
    rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.ENOSYS))
    rules.set_attr(seccomp.Attr.ACT_BADARCH, seccomp.KILL_PROCESS)

    def answer(action, name: str, *conditions) -> None:
        """A rule, where this machine's architecture has such a call."""
        try:
            number = seccomp.resolve_syscall(seccomp.Arch.NATIVE, name)
        except ValueError:
            return
        if number >= 0:
            rules.add_rule(action, name, *conditions)

    def equal(argument: int, value: int):
        return seccomp.Arg(argument, seccomp.EQ, value)

    for name in ALLOWED.split():
        answer(seccomp.ALLOW, name)
    for name, argument, values in (
        ("fcntl", 1, _FCNTL),
        ("ioctl", 1, _IOCTL),
        ("prctl", 0, _PRCTL),
    ):
        for value in values:
            answer(seccomp.ALLOW, name, equal(argument, value))
    # Threads are clones with CLONE_THREAD; all others would be processes. The C library takes
    # "no such call" from clone3 as a request to use clone, whose flags a filter can read.
    mask = _CLONE_THREAD | _CLONE_NAMESPACES
    answer(seccomp.ALLOW, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, mask, _CLONE_THREAD))
    answer(not_permitted, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_THREAD, 0))
    # Signals to itself, as abort() sends, and a look at its own limits.
    for name in ("kill", "tgkill"):
        answer(seccomp.ALLOW, name, equal(0, pid))
        answer(not_permitted, name, seccomp.Arg(0, seccomp.NE, pid))
    answer(seccomp.ALLOW, "prlimit64", equal(0, 0), equal(2, 0))
    for name in NOT_PERMITTED.split():
        answer(not_permitted, name)
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
