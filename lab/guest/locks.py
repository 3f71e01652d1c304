"""Tasks that sleep while they hold a lock of the kernel, and tasks that wait for it.

An owner gives the kernel memory that userfaultfd never fills, to copy from or to. The kernel
copies while it holds the lock. The names of the tasks say who owns what, and who waits for it.
One of those who wait is a worker of the workqueue loop1.
"""

import ctypes
import fcntl
import mmap
import os
import struct
import time

import load

SIZE = 16384
FOLDER = f"{load.TMP}/locks"
kept = []


def never_filled():
    faults = load.call("userfaultfd", 0)
    fcntl.ioctl(faults, 0xC018AA3F, struct.pack("3Q", 0xAA, 0, 0))  # UFFDIO_API
    area = mmap.mmap(-1, SIZE)
    address = ctypes.addressof(ctypes.c_char.from_buffer(area))
    fcntl.ioctl(faults, 0xC020AA00, struct.pack("4Q", address, SIZE, 1, 0))  # UFFDIO_REGISTER
    kept.append((faults, area))
    return ctypes.c_void_p(address)


def write_never(file):
    load.libc.write(file, never_filled(), 4096)


def list_never(folder):
    load.call("getdents64", folder, never_filled(), 4096)


def loop_device_of(file):
    device = os.open("/dev/loop1", os.O_RDWR | os.O_DIRECT)
    fcntl.ioctl(device, 0x4C00, file)  # LOOP_SET_FD
    return device


def one_after_the_other(*tasks):
    for name, body in tasks:
        load.spawn(name, body)
        time.sleep(0.3)


def start():
    os.makedirs(f"{FOLDER}/folder/inside", exist_ok=True)
    reader, writer = os.pipe()
    file = f"{FOLDER}/file"
    first = os.open(file, os.O_RDWR | os.O_CREAT)
    shared = os.open(file, os.O_RDWR)
    folder = os.open(f"{FOLDER}/folder", os.O_RDONLY)
    disk = os.open(f"{FOLDER}/disk", os.O_RDWR | os.O_CREAT)
    os.ftruncate(disk, 1 << 20)
    device = loop_device_of(disk)
    block = mmap.mmap(-1, 4096)  # Aligned, as O_DIRECT demands.
    one_after_the_other(
        # The mutex of a pipe.
        ("mutex-owner", lambda: write_never(writer)),
        ("mutex-waiter-1", lambda: os.read(reader, 1)),
        ("mutex-waiter-2", lambda: os.write(writer, b"waits")),
        # The rw_semaphore of an inode, held to write.
        ("inode-owner", lambda: write_never(first)),
        ("inode-waiter", lambda: os.truncate(file, 10)),
        # The mutex of a file's position, whose owner waits for the inode.
        ("f-pos-owner", lambda: os.write(shared, b"waits")),
        ("f-pos-waiter", lambda: os.write(shared, b"waits too")),
        # The rw_semaphore of a folder's inode, held to read.
        ("folder-reader", lambda: list_never(folder)),
        ("folder-writer", lambda: os.mkdir(f"{FOLDER}/folder/new")),
        ("folder-waiter", lambda: os.listdir(f"{FOLDER}/folder")),
        # The inode of a loop device's file: a worker of the kernel waits for it, busy with a work.
        ("disk-owner", lambda: write_never(disk)),
        ("disk-writer", lambda: os.write(device, block)),
    )
