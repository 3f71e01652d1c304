"""The load of a guest: tasks that sleep, run, stop and die in every way that is cheap to arrange.

Run in the guest as `load.py`. It returns when its tasks have come to rest. What each task is for,
and what this kernel refused, is in /tmp/load.
"""

import ctypes
import errno
import fcntl
import mmap
import os
import select
import signal
import socket
import struct
import time
import _thread

import bpf
from syscalls import SYS, machine

libc = ctypes.CDLL(None, use_errno=True)
FOLDER = "/tmp/load"
TMP = "/tmp/load-files"


def call(name, *arguments):
    wrapped = [
        ctypes.c_long(value) if isinstance(value, int) else value for value in arguments
    ]
    result = libc.syscall(ctypes.c_long(SYS[name]), *wrapped)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def set_name(name):
    libc.prctl(15, ctypes.c_char_p(name), 0, 0, 0)  # PR_SET_NAME


def note(name, text):
    with open(f"{FOLDER}/{name}", "a") as file:
        file.write(f"{text}\n")


def forever():
    while True:
        libc.pause()


def spawn(name, body, comm=None):
    pid = os.fork()
    if pid == 0:
        set_name(comm if comm is not None else name.encode())
        note(name, f"pid {os.getpid()}")
        try:
            body()
            note(name, "the call returned")
        except BaseException as error:
            note(name, f"refused: {error!r}")
        forever()
    return pid


bodies = {}


def task(function):
    bodies[function.__name__.replace("_", "-")] = function
    return function


# Pipes and files


@task
def pipe_reader():
    reader, _writer = os.pipe()
    os.read(reader, 1)


@task
def pipe_writer():
    _reader, writer = os.pipe()
    while True:
        os.write(writer, b"x" * 4096)


@task
def fifo_opener():
    os.mkfifo(f"{TMP}/fifo")
    os.open(f"{TMP}/fifo", os.O_RDONLY)


@task
def deleted_file():
    file = os.open(f"{TMP}/deleted file", os.O_RDWR | os.O_CREAT)
    os.write(file, b"still here\n" * 1000)
    os.unlink(f"{TMP}/deleted file")
    os.mkdir(f"{TMP}/deleted-folder")
    os.chdir(f"{TMP}/deleted-folder")
    os.rmdir(f"{TMP}/deleted-folder")
    memory = call("memfd_create", ctypes.c_char_p(b"in memory"), 0)
    os.write(memory, b"memfd")
    forever()


@task
def many_files():
    for index in range(300):
        os.dup2(os.open("/dev/null", os.O_RDONLY), 700 + index)
    forever()


@task
def mapped_files():
    file = os.open(f"{TMP}/mapped", os.O_RDWR | os.O_CREAT)
    os.truncate(file, 1 << 20)
    kept = [
        mmap.mmap(file, 1 << 20),
        mmap.mmap(file, 4096, mmap.MAP_PRIVATE, mmap.PROT_READ, offset=2 * mmap.PAGESIZE),
        mmap.mmap(-1, 8 << 20),
    ]
    kept[2][: 4 << 20] = b"\x5a" * (4 << 20)
    identifier = call("shmget", 0x1234, 65536, 0o1600)
    libc.shmat.restype = ctypes.c_void_p
    libc.shmat(identifier, None, 0)
    address = ctypes.addressof(ctypes.c_char.from_buffer(kept[2]))
    call("madvise", address, 1 << 20, 21)  # MADV_PAGEOUT
    forever()


@task
def flock_holder():
    file = os.open(f"{TMP}/flocked", os.O_RDWR | os.O_CREAT)
    fcntl.flock(file, fcntl.LOCK_EX)
    record = os.open(f"{TMP}/locked", os.O_RDWR | os.O_CREAT)
    fcntl.lockf(record, fcntl.LOCK_EX, 100, 50)
    forever()


@task
def flock_waiter():
    time.sleep(1)
    fcntl.flock(os.open(f"{TMP}/flocked", os.O_RDWR), fcntl.LOCK_EX)


@task
def lockf_waiter():
    time.sleep(1)
    fcntl.lockf(os.open(f"{TMP}/locked", os.O_RDWR), fcntl.LOCK_EX, 10, 60)


@task
def inotify_reader():
    watcher = call("inotify_init1", 0)
    call("inotify_add_watch", watcher, ctypes.c_char_p(b"/lab"), 2)
    os.read(watcher, 64)


@task
def terminal_reader():
    _master, slave = os.openpty()
    os.read(slave, 1)


# Events and clocks


@task
def select_waiter():
    reader, _writer = os.pipe()
    select.select([reader], [], [])


@task
def poll_waiter():
    reader, _writer = os.pipe()
    poll = select.poll()
    poll.register(reader, select.POLLIN)
    poll.poll()


@task
def epoll_waiter():
    reader, _writer = os.pipe()
    epoll = select.epoll()
    epoll.register(reader, select.EPOLLIN)
    epoll.poll()


@task
def nano_sleeper():
    time.sleep(100000)


@task
def eventfd_reader():
    os.read(call("eventfd2", 0, 0), 8)


@task
def timerfd_reader():
    timer = call("timerfd_create", 1, 0)
    call("timerfd_settime", timer, 0, struct.pack("4q", 0, 0, 5000, 0), 0)
    os.read(timer, 8)


@task
def signalfd_reader():
    os.read(call("signalfd4", -1, struct.pack("Q", 1 << 9), 8, 0), 128)


@task
def timers():
    signal.setitimer(signal.ITIMER_REAL, 4000, 30)
    identifier = ctypes.c_int()
    call("timer_create", 1, 0, ctypes.byref(identifier))
    call("timer_settime", identifier.value, 0, struct.pack("4q", 7, 0, 3000, 0), 0)
    forever()


@task
def sigwait():
    signal.sigwait([signal.SIGUSR1])


@task
def sigsuspend():
    libc.sigsuspend(struct.pack("16Q", *([1 << 9] * 16)))


@task
def signals_pending():
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, signal.SIGRTMIN])
    signal.signal(signal.SIGUSR2, lambda *_: None)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.kill(os.getpid(), signal.SIGUSR1)
    os.kill(os.getpid(), signal.SIGRTMIN)
    forever()


# System V, POSIX queues, asynchronous input and output


@task
def message_receiver():
    call("msgrcv", call("msgget", 0, 0o1600), ctypes.create_string_buffer(64), 32, 0, 0)


@task
def semaphore_waiter():
    # The C library knows the way of each machine.
    libc.semop(call("semget", 0, 1, 0o1600), struct.pack("Hhh", 0, -1, 0), ctypes.c_size_t(1))


@task
def queue_receiver():
    queue = call("mq_open", ctypes.c_char_p(b"lab"), os.O_RDWR | os.O_CREAT, 0o600, 0)
    call("mq_timedreceive", queue, ctypes.create_string_buffer(8192), 8192, 0, 0)


@task
def aio_waiter():
    context = ctypes.c_ulong()
    call("io_setup", 8, ctypes.byref(context))
    call("io_getevents", context.value, 1, 1, ctypes.create_string_buffer(64), 0)


@task
def uring_waiter():
    ring = call("io_uring_setup", 8, ctypes.create_string_buffer(120))
    call("io_uring_enter", ring, 0, 1, 1, 0, 0)


@task
def userfault():
    faults = call("userfaultfd", 0)
    fcntl.ioctl(faults, 0xC018AA3F, struct.pack("3Q", 0xAA, 0, 0))  # UFFDIO_API
    size = 4 * mmap.PAGESIZE
    area = mmap.mmap(-1, size)
    address = ctypes.addressof(ctypes.c_char.from_buffer(area))
    fcntl.ioctl(faults, 0xC020AA00, struct.pack("4Q", address, size, 1, 0))  # UFFDIO_REGISTER
    area[0] = 1


# Locks


def futex(word, operation, value):
    call("futex", ctypes.byref(word), operation, value, 0, 0, 0)


@task
def futex_waiter():
    futex(ctypes.c_uint(0), 0, 0)


@task
def futex_pi():
    word = ctypes.c_uint(0)
    owns = _thread.allocate_lock()
    owns.acquire()

    def owner():
        set_name(b"futex-pi-owner")
        futex(word, 6, 0)  # FUTEX_LOCK_PI
        owns.release()
        forever()

    _thread.start_new_thread(owner, ())
    owns.acquire()
    futex(word, 6, 0)


@task
def threads():
    def named(name, body):
        def run():
            set_name(name)
            note("threads", f"tid {call('gettid')} {name.decode()}")
            body()

        _thread.start_new_thread(run, ())

    def locked():
        lock = _thread.allocate_lock()
        lock.acquire()
        lock.acquire()

    def read_pipe():
        os.read(os.pipe()[0], 1)

    named(b"thread-lock", locked)
    named(b"thread-sleep", lambda: time.sleep(90000))
    named(b"thread-pipe", read_pipe)
    named(b"thread-select", lambda: select.select([os.pipe()[0]], [], []))
    named(b"thread-pause", forever)
    named(b"thread-nice", lambda: (os.sched_setaffinity(0, {0}), forever()))
    forever()


@task
def dead_leader():
    def survivor():
        set_name(b"survivor")
        forever()

    _thread.start_new_thread(survivor, ())
    time.sleep(0.5)
    call("exit", 0)


# Processes


@task
def zombie_parent():
    if os.fork() == 0:
        set_name(b"zombie")
        os._exit(3)
    forever()


@task
def waiter():
    if os.fork() == 0:
        set_name(b"waited-for")
        forever()
    os.wait()


@task
def stopped():
    os.kill(os.getpid(), signal.SIGSTOP)


@task
def tracer():
    traced = os.fork()
    if traced == 0:
        set_name(b"traced")
        call("ptrace", 0, 0, 0, 0)  # PTRACE_TRACEME
        os.kill(os.getpid(), signal.SIGSTOP)
    os.waitpid(traced, 0)
    forever()


@task
def vfork_parent():
    # Newer machines have no vfork: CLONE_VFORK, CLONE_VM, SIGCHLD.
    child = call("vfork") if "vfork" in SYS else call("clone", 0x4111, 0, 0, 0, 0)
    if child == 0:
        set_name(b"vfork-child")
        forever()


@task
def kernel_busy():
    os.sched_setaffinity(0, {1})
    buffer = bytearray(1 << 20)
    zero = os.open("/dev/zero", os.O_RDONLY)
    while True:
        os.readv(zero, [buffer])


@task
def user_busy():
    os.sched_setaffinity(0, {1})
    while True:
        pass


def schedule(policy, priority):
    call("sched_setscheduler", 0, policy, struct.pack("i", priority))
    forever()


@task
def fifo_policy():
    schedule(1, 10)


@task
def round_robin():
    schedule(2, 20)


@task
def batch_policy():
    os.nice(7)
    schedule(3, 0)


@task
def idle_policy():
    schedule(5, 0)


@task
def negative_nice():
    os.nice(-11)
    forever()


@task
def other_user():
    os.setgroups([100, 200, 65534])
    os.setresgid(1001, 1002, 1003)
    os.setresuid(1004, 1005, 1006)
    forever()


@task
def few_capabilities():
    for capability in (2, 12, 21, 38):
        libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP
    libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    header = struct.pack("Ii", 0x20080522, 0)
    libc.capset(header, struct.pack("6I", 0x1FF, 0x3FF, 0x0F, 0, 1, 0))
    os.nice(3)
    forever()


@task
def seccomp_filtered():
    libc.prctl(38, 1, 0, 0, 0)
    program = struct.pack("HBBI", 6, 0, 0, 0x7FFF0000)  # return SECCOMP_RET_ALLOW
    kept = ctypes.create_string_buffer(program)
    filter_ = struct.pack("HxxxxxxQ", 1, ctypes.addressof(kept))
    libc.prctl(22, 2, ctypes.c_char_p(filter_), 0, 0)  # PR_SET_SECCOMP
    forever()


@task
def in_cgroup():
    os.makedirs("/sys/fs/cgroup/lab/inner", exist_ok=True)
    with open("/sys/fs/cgroup/lab/inner/cgroup.procs", "w") as file:
        file.write("0")
    forever()


@task
def other_root():
    os.makedirs(f"{TMP}/root/inside", exist_ok=True)
    os.chroot(f"{TMP}/root")
    os.chdir("/inside")
    forever()


@task
def limited():
    libc.prlimit(0, 7, struct.pack("2Q", 123, 456), None)  # RLIMIT_NOFILE
    libc.prlimit(0, 8, struct.pack("2Q", 1 << 20, 1 << 21), None)  # RLIMIT_MEMLOCK
    libc.mlockall(1)
    forever()


# Sockets


def connected(address, family=socket.AF_INET):
    client = socket.socket(family, socket.SOCK_STREAM)
    client.connect(address)
    return client


@task
def tcp_listener():
    server = socket.create_server(("0.0.0.0", 7001))
    server6 = socket.create_server(("::", 7002), family=socket.AF_INET6)
    note("tcp-listener", f"and {server6.fileno()}")
    kept = [server.accept() for _ in range(2)]
    server.accept()
    kept.clear()


@task
def tcp_client():
    time.sleep(1)
    first = connected(("127.0.0.1", 7001))
    second = connected(("127.0.0.1", 7001))
    second.send(b"unread")
    first.recv(1)


@task
def tcp6_client():
    time.sleep(1)
    connected(("::1", 7002), socket.AF_INET6).recv(1)


@task
def tcp_connecting():
    connected(("10.11.12.99", 9))


@task
def tcp_time_wait():
    server = socket.create_server(("127.0.0.1", 7010))
    client = connected(("127.0.0.1", 7010))
    accepted, _ = server.accept()
    client.close()
    time.sleep(0.2)
    accepted.close()
    forever()


@task
def udp_receiver():
    first = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    first.bind(("127.0.0.1", 7003))
    second = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    second.connect(("127.0.0.1", 7003))
    second.send(b"unread")
    third = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    third.bind(("::", 7004))
    third.recv(1)


@task
def raw_receiver():
    first = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    second = socket.socket(socket.AF_INET6, socket.SOCK_RAW, 58)
    first.bind(("127.0.0.1", 0))
    note("raw-receiver", f"and {second.fileno()}")
    first.recv(1)


@task
def packet_receiver():
    first = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88B5))
    second = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0003))
    second.bind(("dummy0", 3))
    first.recv(1)


@task
def netlink_receiver():
    link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    link.bind((0, 1))
    uevents = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, 15)
    uevents.bind((0, 1))
    while True:
        uevents.recv(1)


@task
def unix_listener():
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(f"{TMP}/stream socket")
    server.listen(2)
    abstract = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    abstract.bind("\0lab abstract")
    abstract.listen(1)
    kept, _ = server.accept()
    kept.recv(1)


@task
def unix_client():
    time.sleep(1)
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    client.connect(f"{TMP}/stream socket")
    waiting = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    waiting.connect(f"{TMP}/stream socket")
    client.recv(1)


@task
def unix_datagram():
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    bound.bind(f"{TMP}/datagram socket")
    unbound = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    unbound.connect(f"{TMP}/datagram socket")
    pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    os.unlink(f"{TMP}/datagram socket")
    pair[0].recv(1)


@task
def passed_file():
    left, right = socket.socketpair()
    socket.send_fds(left, [b"x"], [os.open("/lab/load.py", os.O_RDONLY)])
    left.recv(1)
    right.close()


@task
def tun_reader():
    tun = os.open("/dev/net/tun", os.O_RDWR)
    TUNSETIFF = 0x800454CA if machine == "ppc64le" else 0x400454CA
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH14x", b"lab0", 0x1002))  # IFF_TAP
    os.read(tun, 2048)


# File systems


@task
def fuse_waiter():
    device = os.open("/dev/fuse", os.O_RDWR)
    os.makedirs(f"{TMP}/fuse", exist_ok=True)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0".encode()
    if libc.mount(b"nothing", f"{TMP}/fuse".encode(), b"fuse", 0, options) != 0:
        raise OSError(ctypes.get_errno(), "mount fuse")
    os.stat(f"{TMP}/fuse/file")


@task
def frozen_writer():
    file = os.open("/mnt/ext2/file", os.O_RDWR | os.O_CREAT)
    device = os.open("/mnt/ext2", os.O_RDONLY)
    fcntl.ioctl(device, 0xC0045877, 0)  # FIFREEZE
    os.write(file, b"waits")


@task
def frozen_overlay_writer():
    file = os.open("/mnt/overlay2/file", os.O_RDWR | os.O_CREAT)
    time.sleep(1)
    os.write(file, b"waits too")


@task
def overlay_user():
    os.chdir("/mnt/overlay")
    kept = os.open("/mnt/overlay/upper-file", os.O_RDWR | os.O_CREAT)
    os.write(kept, b"upper")
    os.open("/mnt/overlay/busybox", os.O_RDONLY)
    forever()


# BPF


@task
def bpf_holder():
    kept = bpf.load_everything()
    note("bpf-holder", f"file descriptors {kept}")
    forever()


@task
def bpf_socket():
    filtered = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88B6))
    program = bpf.load(bpf.SOCKET_FILTER, bpf.RETURN_ALL, b"lab_socket")
    filtered.setsockopt(socket.SOL_SOCKET, 50, program)  # SO_ATTACH_BPF
    classic = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    code = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0xFFFF) * 2)
    classic.setsockopt(
        socket.SOL_SOCKET, 26, struct.pack("HxxxxxxQ", 2, ctypes.addressof(code))
    )  # SO_ATTACH_FILTER
    filtered.recv(1)


def bpf_busy(cpu):
    os.sched_setaffinity(0, {cpu})
    program = bpf.load(bpf.SOCKET_FILTER, bpf.LONG_LOOP, b"lab_loop")
    while True:
        # Linux 7 holds RCU until all the runs are done: without an end, the guest comes to a halt.
        bpf.test_run(program, 1000)


# Programs of their own


def run(*words, environment=None):
    os.execve("/bin/busybox", list(words), environment or {"PATH": "/bin"})


@task
def namespaces():
    run(
        "unshare", "-m", "-p", "-n", "-u", "-i", "-f", "sh", "-c",
        "hostname elsewhere; mount -t tmpfs private /mnt/private; ip link set lo up; "
        "mount -t proc proc /proc; nc -l -p 8001 & sleep 80000 & echo inside > /mnt/private/file; "
        "exec 7</mnt/private/file; while :; do sleep 70000; done",
    )


@task
def user_namespace():
    run("unshare", "-U", "-r", "sh", "-c", "sleep 60000; :")


@task
def nested_pids():
    run("unshare", "-p", "-f", "unshare", "-p", "-f", "sh", "-c", "sleep 50000; :")


@task
def shell_reads_fifo():
    run("sh", "-c", f"mkfifo {TMP}/other; cat < {TMP}/other; :")


@task
def shell_pipeline():
    run("sh", "-c", f"sleep 40000 | cat | tee {TMP}/copy; :")


@task
def deleted_program():
    with open("/bin/busybox", "rb") as source, open(f"{TMP}/gone", "wb") as copy:
        copy.write(source.read())
    os.chmod(f"{TMP}/gone", 0o755)
    if os.fork() == 0:
        os.execve(f"{TMP}/gone", ["sleep", "30000"], {})
    time.sleep(1)
    os.unlink(f"{TMP}/gone")
    forever()


@task
def long_command_line():
    words = [f"argument {index} \x1b[31m" for index in range(400)]
    run(
        "sh", "-c", "while :; do sleep 20000; done", "", *words,
        environment={f"VARIABLE_{index}": "value " * 40 for index in range(100)},
    )


@task
def netcat():
    run("nc", "-l", "-p", "7020")


def start(variant):
    os.makedirs(FOLDER, exist_ok=True)
    os.makedirs(TMP, exist_ok=True)
    if os.fork() != 0:
        return
    os.setsid()
    set_name(b"load")
    for name, body in bodies.items():
        if variant == "bpf" and name in ("kernel-busy", "user-busy"):
            continue
        spawn(name, body)
    spawn("hostile-name", forever, b"a) R (b\n\x1b[7m\xff")
    if variant == "bpf":
        for cpu in (0, 1):
            spawn(f"bpf-busy-{cpu}", lambda: bpf_busy(cpu))
    if variant == "locks":
        import locks

        locks.start()
    forever()


def states():
    answer = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/status", "rb") as file:
                lines = dict(
                    line.split(b":\t", 1) for line in file.read().split(b"\n") if b":\t" in line
                )
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ESRCH):
                raise
            continue
        is_kernel_thread = b"VmSize" not in lines
        is_busy = b"-busy" in lines.get(b"Name", b"")
        if not is_kernel_thread and not is_busy and pid != str(os.getpid()):
            answer[pid] = lines.get(b"voluntary_ctxt_switches")
    return answer


def wait_for_rest():
    """No process but the busy ones was scheduled for a second; thirty tries at most."""
    time.sleep(3)
    before = states()
    for tries in range(30):
        time.sleep(1)
        after = states()
        moved = [pid for pid in after if after[pid] != before.get(pid)]
        if not moved:
            break
        before = after
    note("rest", f"after {tries + 1} looks; moved at last: {moved}")


if __name__ == "__main__":
    import sys

    start(sys.argv[1] if len(sys.argv) > 1 else "")
    wait_for_rest()
