"""The system calls that no exercise needs and an escape would; by seccomp, through pyseccomp."""

from __future__ import annotations

import errno

FORBIDDEN = """
socket socketpair connect bind listen accept accept4 execve execveat fork vfork ptrace
process_vm_readv process_vm_writev pidfd_open pidfd_getfd pidfd_send_signal kcmp mount
umount2 pivot_root chroot unshare setns fsopen fsconfig fsmount move_mount open_tree
mount_setattr keyctl add_key request_key bpf perf_event_open userfaultfd io_uring_setup
io_uring_enter io_uring_register init_module finit_module delete_module kexec_load
kexec_file_load reboot swapon swapoff open_by_handle_at name_to_handle_at acct quotactl
setuid setgid setreuid setregid setresuid setresgid setgroups capset personality syslog
sethostname setdomainname iopl ioperm modify_ldt shmget shmat msgget semget mq_open
memfd_create memfd_secret vmsplice tee inotify_init inotify_init1 fanotify_init
clock_settime settimeofday adjtimex clock_adjtime lookup_dcookie mknod mknodat
sched_setscheduler sched_setattr ioprio_set setpriority
"""


def forbid_system_calls() -> None:
    """Answer EPERM to what no exercise needs and an escape would."""
    import pyseccomp as seccomp

    rules = seccomp.SyscallFilter(seccomp.ALLOW)
    for name in FORBIDDEN.split():
        try:
            rules.add_rule(seccomp.ERRNO(errno.EPERM), name)
        except (RuntimeError, ValueError, OSError):
            if name in ("socket", "execve", "ptrace"):
                raise  # a filter without these is none
    # Threads are clones with CLONE_THREAD; all others would be processes. The C library
    # takes ENOSYS from clone3 as a request to use clone, whose flags a filter can read.
    is_thread = 0x00010000
    no_thread = seccomp.Arg(0, seccomp.MASKED_EQ, is_thread, 0)
    rules.add_rule(seccomp.ERRNO(errno.EPERM), "clone", no_thread)
    rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    # To end with its keeper is not the child's to decide.
    # The kernel reads 32 bits of this argument, and no more may be compared.
    death_signal = seccomp.Arg(0, seccomp.MASKED_EQ, 0xFFFFFFFF, 1)  # PR_SET_PDEATHSIG
    rules.add_rule(seccomp.ERRNO(errno.EPERM), "prctl", death_signal)
    rules.load()
