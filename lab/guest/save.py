"""Saves what /proc and /sys say to a disk, as JSON after a line with its length and checksum.

Run in the guest as `save.py DISK [OFFSET]`, the offset in bytes. There are two looks at the tasks, one right after the other:
a task that is the same in both is one that did not move in between.
"""

import hashlib
import json
import os
import sys

import bpf

EVERY_THREAD = ("stat", "status", "stack", "comm", "wchan", "syscall", "schedstat", "children")
SECOND_LOOK = ("stat", "status", "stack", "comm", "schedstat")
EVERY_PROCESS = (
    "cmdline", "environ", "auxv", "cgroup", "maps", "mountinfo", "limits", "io", "statm",
    "uid_map", "gid_map", "timers", "oom_score_adj", "loginuid", "coredump_filter", "personality",
    "smaps_rollup", "statm",
)  # fmt: skip
SYSTEM = (
    "modules", "mounts", "interrupts", "timer_list", "meminfo", "vmstat", "zoneinfo", "slabinfo",
    "buddyinfo", "pagetypeinfo", "swaps", "partitions", "diskstats", "cpuinfo", "uptime",
    "loadavg", "version", "cmdline", "iomem", "ioports", "locks", "sched_debug", "stat",
    "softirqs", "devices", "filesystems", "consoles", "vmallocinfo", "keys", "misc", "cgroups",
    "sysvipc/shm", "sysvipc/sem", "sysvipc/msg", "sys/kernel/tainted", "sys/kernel/hostname",
    "sys/kernel/domainname", "sys/kernel/random/boot_id", "sys/kernel/pid_max",
    "sys/kernel/threads-max", "sys/kernel/sched_domain", "sys/fs/file-nr", "sys/fs/inode-nr",
)  # fmt: skip
NETWORK = (
    "dev", "if_inet6", "tcp", "tcp6", "udp", "udp6", "udplite", "raw", "raw6", "unix", "netlink",
    "packet", "route", "ipv6_route", "arp", "sockstat", "sockstat6", "protocols", "fib_trie",
    "nf_conntrack", "dev_mcast", "igmp", "ptype",
)  # fmt: skip
ELSEWHERE = (
    "/sys/kernel/debug/sched/debug",
    "/sys/kernel/tracing/kprobe_events",
    "/sys/kernel/tracing/current_tracer",
    "/sys/kernel/tracing/kprobe_profile",
    "/sys/kernel/debug/kprobes/list",
    "/sys/kernel/tracing/enabled_functions",
    "/sys/devices/system/cpu/online",
    "/sys/devices/system/cpu/possible",
    "/sys/devices/system/cpu/present",
    "/sys/kernel/notes",
)

KEPT_SYMBOLS = (
    b"_text", b"_stext", b"_etext", b"__sched_text_start", b"__sched_text_end", b"init_task",
    b"modules", b"init_net", b"init_pid_ns", b"__start_BTF", b"__stop_BTF", b"runqueues",
)  # fmt: skip

files = {}
links = {}


def text_of(data):
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"latin1": data.decode("latin1")}


def read(path):
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return None
    parts = []
    try:
        while part := os.read(file, 1 << 16):
            parts.append(part)
    except OSError:
        if not parts:
            return None
    finally:
        os.close(file)
    return b"".join(parts)


def keep(path, into=files):
    data = read(path)
    if data is not None:
        into[path] = text_of(data)


def keep_links(folder, names=None):
    try:
        chosen = os.listdir(folder) if names is None else names
    except OSError:
        return
    for name in chosen:
        try:
            links[f"{folder}/{name}"] = os.fsencode(os.readlink(f"{folder}/{name}")).decode(
                "utf-8", "replace"
            )
        except OSError:
            continue


def pids():
    return sorted((name for name in os.listdir("/proc") if name.isdigit()), key=int)


def threads(pid):
    try:
        return sorted(os.listdir(f"/proc/{pid}/task"), key=int)
    except OSError:
        return []


def keep_process(pid):
    for tid in threads(pid):
        for name in EVERY_THREAD:
            keep(f"/proc/{pid}/task/{tid}/{name}")
    for name in ("stat", "status"):
        keep(f"/proc/{pid}/{name}")
    for name in EVERY_PROCESS:
        keep(f"/proc/{pid}/{name}")
    keep_links(f"/proc/{pid}", ("exe", "cwd", "root"))
    keep_links(f"/proc/{pid}/ns")
    keep_links(f"/proc/{pid}/fd")
    for tid in threads(pid)[1:]:
        keep_links(f"/proc/{pid}/task/{tid}/ns")
        keep_links(f"/proc/{pid}/task/{tid}", ("cwd", "root"))
    for name in listed(f"/proc/{pid}/fdinfo"):
        keep(f"/proc/{pid}/fdinfo/{name}")


def listed(folder):
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def keep_network():
    seen = set()
    for pid in pids():
        namespace = links.get(f"/proc/{pid}/ns/net")
        if namespace is None or namespace in seen:
            continue
        seen.add(namespace)
        for name in NETWORK:
            keep(f"/proc/{pid}/net/{name}")


def keep_devices():
    """Of the network devices that this process sees."""
    for device in listed("/sys/class/net"):
        for name in ("address", "flags", "ifindex", "mtu", "operstate"):
            keep(f"/sys/class/net/{device}/{name}")


def keep_modules():
    for module in listed("/sys/module"):
        folder = f"/sys/module/{module}"
        for name in (
            "coresize", "initsize", "initstate", "refcnt", "taint", "srcversion", "version",
        ):  # fmt: skip
            keep(f"{folder}/{name}")
        for inner in ("sections", "notes", "parameters"):
            for name in listed(f"{folder}/{inner}"):
                keep(f"{folder}/{inner}/{name}")
        holders = listed(f"{folder}/holders")
        if holders:
            files[f"{folder}/holders"] = "\n".join(holders)


def keep_kallsyms():
    """The part of modules and BPF, and the bounds of what a stack's reader leaves out."""
    data = read("/proc/kallsyms") or b""
    files["/proc/kallsyms"] = text_of(
        b"".join(
            line
            for line in data.splitlines(keepends=True)
            if line.endswith(b"]\n") or line.split()[2] in KEPT_SYMBOLS
        )
    )


def keep_tree(folder, depth):
    for name in listed(folder):
        path = f"{folder}/{name}"
        if os.path.islink(path):
            continue
        if os.path.isdir(path):
            if depth > 0:
                keep_tree(path, depth - 1)
        else:
            keep(path)


def main():
    os.sched_setaffinity(0, {0})
    keep("/proc/uptime")
    started = files["/proc/uptime"]
    for name in SYSTEM:
        keep(f"/proc/{name}")
    for path in ELSEWHERE:
        keep(path)
    keep_modules()
    keep_kallsyms()
    keep_tree("/sys/devices/virtual/workqueue", 1)
    keep_tree("/sys/class/dmi/id", 0)
    keep_tree("/sys/fs/cgroup/lab", 1)
    load = {name: text_of(read(f"/tmp/load/{name}") or b"") for name in listed("/tmp/load")}
    load["prepared"] = text_of(read("/tmp/prepared") or b"")
    programs = {
        "programs": bpf.identifiers(bpf.PROG_GET_NEXT_ID),
        "maps": bpf.identifiers(bpf.MAP_GET_NEXT_ID),
        "links": bpf.identifiers(bpf.LINK_GET_NEXT_ID),
    }
    # Last, so that they are near the dump.
    for pid in pids():
        keep_process(pid)
    keep_network()
    keep_devices()
    second = {}
    keep("/proc/uptime", second)
    for pid in pids():
        for tid in threads(pid):
            for name in SECOND_LOOK:
                keep(f"/proc/{pid}/task/{tid}/{name}", second)
    saved = {
        "schema": 1,
        "startedAt": started,
        "savedBy": os.getpid(),
        "files": files,
        "links": links,
        "secondLook": second,
        "load": load,
        "bpf": programs,
    }
    data = json.dumps(saved, ensure_ascii=False).encode("utf-8", "surrogateescape")
    with open(sys.argv[1], "wb") as disk:
        disk.seek(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
        disk.write(f"LAB-PROC {len(data)} {hashlib.sha256(data).hexdigest()}\n".encode() + data)
        disk.flush()
        os.fsync(disk.fileno())


main()
