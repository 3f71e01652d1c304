"""BPF by its bare system call: the few programs that the load of a guest keeps or runs."""

import ctypes
import os
import struct
import sys

from syscalls import SYS

libc = ctypes.CDLL(None, use_errno=True)

# Source: Linux, include/uapi/linux/bpf.h.
MAP_CREATE, PROG_LOAD, OBJ_PIN, PROG_TEST_RUN, RAW_TRACEPOINT_OPEN = 0, 5, 6, 10, 17
PROG_GET_NEXT_ID, MAP_GET_NEXT_ID, LINK_GET_NEXT_ID = 11, 12, 31
SOCKET_FILTER, KPROBE, TRACEPOINT, XDP, CGROUP_SKB, RAW_TRACEPOINT = 1, 2, 5, 6, 8, 17


def call(command, attributes):
    buffer = ctypes.create_string_buffer(attributes.ljust(144, b"\0"), 144)
    result = libc.syscall(
        ctypes.c_long(SYS["bpf"]), ctypes.c_long(command), buffer, ctypes.c_long(144)
    )
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"bpf {command}: {os.strerror(number)}")
    return result, buffer.raw


def instruction(code, destination=0, source=0, offset=0, immediate=0):
    registers = destination | source << 4
    if sys.byteorder == "big":
        registers = destination << 4 | source
    return struct.pack("=BBhi", code, registers, offset, immediate)


EXIT = instruction(0x95)
RETURN_ALL = instruction(0xB7, 0, immediate=-1) + EXIT
RETURN_ZERO = instruction(0xB7, 0) + EXIT
LONG_LOOP = b"".join(
    [
        instruction(0xB7, 0),  # r0 = 0
        instruction(0xB7, 2, immediate=10000),  # r2 = 10000
        instruction(0x07, 0, immediate=1),  # r0 += 1
        instruction(0x07, 2, immediate=-1),  # r2 -= 1
        instruction(0x55, 2, offset=-3, immediate=0),  # back by three where r2 is not 0
        EXIT,
    ]
)


def load(kind, code, name):
    kept = ctypes.create_string_buffer(code, len(code))
    licence = ctypes.create_string_buffer(b"GPL")
    log = ctypes.create_string_buffer(4096)
    attributes = struct.pack(
        "=IIQQIIQII16s",
        kind,
        len(code) // 8,
        ctypes.addressof(kept),
        ctypes.addressof(licence),
        0,
        0,
        0,
        0,
        0,
        name,
    )
    _ = log
    return call(PROG_LOAD, attributes)[0]


def test_run(program, repeat):
    packet = ctypes.create_string_buffer(64)
    call(
        PROG_TEST_RUN,
        struct.pack("=IIIIQQII", program, 0, 64, 0, ctypes.addressof(packet), 0, repeat, 0),
    )


def create_map(kind, key_size, value_size, entries, name):
    return call(
        MAP_CREATE, struct.pack("=IIIIIII16s", kind, key_size, value_size, entries, 0, 0, 0, name)
    )[0]


def load_everything():
    """Keeps one of each: programs, maps and a link. @returns their file descriptors."""
    kept = {
        "hash": create_map(1, 4, 8, 16, b"lab_hash"),
        "array": create_map(2, 4, 64, 4, b"lab_array"),
        "xdp": load(XDP, instruction(0xB7, 0, immediate=2) + EXIT, b"lab_xdp"),
        "skb": load(CGROUP_SKB, instruction(0xB7, 0, immediate=1) + EXIT, b"lab_skb"),
    }
    traced = load(RAW_TRACEPOINT, RETURN_ZERO, b"lab_raw_tp")
    name = ctypes.create_string_buffer(b"sched_process_hang")
    kept["raw_tp"] = traced
    kept["link"] = call(
        RAW_TRACEPOINT_OPEN, struct.pack("=QI", ctypes.addressof(name), traced)
    )[0]
    return kept


def identifiers(command):
    answer = []
    identifier = 0
    while True:
        try:
            _, raw = call(command, struct.pack("=II", identifier, 0))
        except OSError:
            return answer
        identifier = struct.unpack_from("=I", raw, 4)[0]
        answer.append(identifier)
