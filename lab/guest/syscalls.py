"""Numbers of system calls that the load makes without a function of the C library."""

import os

machine = os.uname().machine

# Source: Linux, arch/x86/entry/syscalls/syscall_64.tbl.
X86_64 = {
    "madvise": 28,
    "shmget": 29,
    "shmat": 30,
    "vfork": 58,
    "exit": 60,
    "semget": 64,
    "semop": 65,
    "msgget": 68,
    "msgrcv": 70,
    "ptrace": 101,
    "sched_setscheduler": 144,
    "gettid": 186,
    "futex": 202,
    "io_setup": 206,
    "io_getevents": 208,
    "getdents64": 217,
    "timer_create": 222,
    "timer_settime": 223,
    "mq_open": 240,
    "mq_timedreceive": 243,
    "inotify_add_watch": 254,
    "timerfd_create": 283,
    "timerfd_settime": 286,
    "signalfd4": 289,
    "eventfd2": 290,
    "inotify_init1": 294,
    "memfd_create": 319,
    "bpf": 321,
    "userfaultfd": 323,
    "io_uring_setup": 425,
    "io_uring_enter": 426,
}

# Source: Linux, include/uapi/asm-generic/unistd.h.
ARM64 = {
    "io_setup": 0,
    "io_getevents": 4,
    "eventfd2": 19,
    "inotify_init1": 26,
    "inotify_add_watch": 27,
    "getdents64": 61,
    "signalfd4": 74,
    "timerfd_create": 85,
    "timerfd_settime": 86,
    "exit": 93,
    "futex": 98,
    "timer_create": 107,
    "timer_settime": 110,
    "ptrace": 117,
    "sched_setscheduler": 119,
    "gettid": 178,
    "mq_open": 180,
    "mq_timedreceive": 183,
    "msgget": 186,
    "msgrcv": 188,
    "semget": 190,
    "semop": 193,
    "shmget": 194,
    "shmat": 196,
    "clone": 220,
    "madvise": 233,
    "memfd_create": 279,
    "bpf": 280,
    "userfaultfd": 282,
    "io_uring_setup": 425,
    "io_uring_enter": 426,
}

SYS = {"x86_64": X86_64, "aarch64": ARM64}[machine]
