"""The system calls that a workspace may make, as a profile that the engine puts on each process.

An allow-list: what is not named is refused, on every process in the container, one that an
administrator starts in it included. Written for x86_64 and aarch64 without their 32-bit modes.
"""

import json
from typing import Any, Final

# Files and folders
_FILES: Final = (
    "access chdir chmod chown close close_range copy_file_range creat dup dup2 dup3 faccessat "
    "faccessat2 fadvise64 fallocate fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl "
    "fdatasync fgetxattr flistxattr flock fremovexattr fsetxattr fstat fstatfs fsync ftruncate "
    "futimesat getcwd getdents getdents64 getxattr inotify_add_watch inotify_init inotify_init1 "
    "inotify_rm_watch ioctl lchown lgetxattr link linkat listxattr llistxattr lremovexattr lseek "
    "lsetxattr lstat mkdir mkdirat mknod mknodat newfstatat open openat openat2 pread64 preadv "
    "preadv2 pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv removexattr rename "
    "renameat renameat2 rmdir sendfile setxattr splice stat statfs statx symlink symlinkat sync "
    "sync_file_range syncfs tee truncate umask unlink unlinkat utime utimensat utimes vmsplice "
    "write writev"
)
# Memory
_MEMORY: Final = (
    "brk madvise memfd_create mincore mlock mlock2 mlockall mmap mprotect mremap msync munlock "
    "munlockall munmap membarrier pkey_alloc pkey_free pkey_mprotect remap_file_pages shmat shmctl "
    "shmdt shmget"
)
# Processes, threads and who one is
_PROCESSES: Final = (
    "arch_prctl capget capset execve execveat exit exit_group fork futex futex_waitv getegid "
    "geteuid getgid getgroups getpgid getpgrp getpid getppid getpriority getresgid getresuid "
    "getrlimit getrusage getsid gettid getuid get_robust_list get_thread_area ioprio_get "
    "ioprio_set kill landlock_add_rule landlock_create_ruleset landlock_restrict_self prctl "
    "prlimit64 restart_syscall rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo "
    "rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo sched_getaffinity sched_getattr "
    "sched_getparam sched_getscheduler sched_get_priority_max sched_get_priority_min "
    "sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam sched_setscheduler "
    "sched_yield seccomp setfsgid setfsuid setgid setgroups setpgid setpriority setregid setresgid "
    "setresuid setreuid setrlimit setsid setuid set_robust_list set_thread_area set_tid_address "
    "sigaltstack tgkill tkill vfork wait4 waitid"
)
# Waiting, time, and what the machine is
_TIME: Final = (
    "alarm clock_getres clock_gettime clock_nanosleep epoll_create epoll_create1 epoll_ctl "
    "epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2 getcpu getitimer getrandom gettimeofday "
    "nanosleep pause poll ppoll pselect6 select setitimer signalfd signalfd4 sysinfo time "
    "timerfd_create timerfd_gettime timerfd_settime timer_create timer_delete timer_getoverrun "
    "timer_gettime timer_settime times uname"
)
# Pipes, sockets and messages between processes; `socket` itself by family, below
_MESSAGES: Final = (
    "accept accept4 bind connect getpeername getsockname getsockopt io_cancel io_destroy "
    "io_getevents io_pgetevents io_setup io_submit listen mq_getsetattr mq_notify mq_open "
    "mq_timedreceive mq_timedsend mq_unlink msgctl msgget msgrcv msgsnd pipe pipe2 recvfrom "
    "recvmmsg recvmsg semctl semget semop semtimedop sendmmsg sendmsg sendto setsockopt shutdown "
    "socketpair"
)
# What gVisor of 2022 calls `newfstatat` and `pselect6`; other kernels know no such names, and the
# engine passes over a name that the kernel does not know.
_IN_GVISOR: Final = "fstatat pselect"
ALLOWED: Final = tuple(
    name
    for group in (_FILES, _MEMORY, _PROCESSES, _TIME, _MESSAGES, _IN_GVISOR)
    for name in group.split()
)
# AF_UNIX, AF_INET, AF_INET6, AF_NETLINK. Left out: AF_VSOCK reaches the hypervisor, AF_ALG the
# kernel's crypto, AF_PACKET what is beneath IP, the rest drivers.
FAMILIES: Final = (1, 2, 10, 16)
# What a program may say it is: Linux, the same on an old machine, and asking which it is.
PERSONALITIES: Final = (0x0, 0x8, 0x20000, 0x20008, 0xFFFFFFFF)
# CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET, NEWTIME is not told to clone.
NAMESPACE_FLAGS: Final = 0x7E020000
NO_SUCH_CALL: Final = 38


def profile() -> str:
    """The profile, as Docker reads it."""
    return json.dumps({
        "defaultAction": "SCMP_ACT_ERRNO",
        "archMap": [
            {"architecture": "SCMP_ARCH_X86_64", "subArchitectures": []},
            {"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": []},
        ],
        "syscalls": [
            _allow(*ALLOWED),
            *(_allow("socket", argument=_equal(family)) for family in FAMILIES),
            *(_allow("personality", argument=_equal(kind)) for kind in PERSONALITIES),
            _allow("clone", argument={"index": 0, "value": NAMESPACE_FLAGS, "valueTwo": 0,
                                      "op": "SCMP_CMP_MASKED_EQ"}),
            # Its flags are in memory, where no filter looks: programs then use `clone`.
            {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": NO_SUCH_CALL},
        ],
    })  # fmt: skip


def _allow(*names: str, argument: dict[str, Any] | None = None) -> dict[str, Any]:
    rule: dict[str, Any] = {"names": list(names), "action": "SCMP_ACT_ALLOW"}
    return {**rule, "args": [argument]} if argument else rule


def _equal(value: int) -> dict[str, Any]:
    return {"index": 0, "value": value, "op": "SCMP_CMP_EQ"}
