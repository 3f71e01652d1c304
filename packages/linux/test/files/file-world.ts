import { x8664 } from '@vmcorekit/architectures';
import type { Kernel, TypeTable } from '@vmcorekit/core';
import { memoryDump, symbolList, testKernel } from '@vmcorekit/testing';
import { Heap } from '../containers/heap.ts';
import { type FlatStructs, flatTypes } from '../tasks/flat-types.ts';

const structs: FlatStructs = {
  path: { size: 16, members: { mnt: [0, 'pointer'], dentry: [8, 'pointer'] } },
  dentry: {
    size: 96,
    members: {
      d_parent: [0, 'pointer'],
      'd_name.len': [8, 4],
      'd_name.name': [16, 'pointer'],
      'd_hash.pprev': [24, 'pointer'],
      d_op: [32, 'pointer'],
      d_inode: [40, 'pointer'],
      d_sb: [48, 'pointer'],
      d_subdirs: [56, { array: 16 }],
      d_child: [72, { array: 16 }],
    },
  },
  dentry_operations: { size: 8, members: { d_dname: [0, 'pointer'] } },
  vfsmount: { size: 24, members: { mnt_root: [0, 'pointer'] } },
  mount: {
    size: 120,
    members: {
      mnt_parent: [0, 'pointer'],
      mnt_mountpoint: [8, 'pointer'],
      mnt: [16, { array: 24 }],
      'mnt.mnt_root': [16, 'pointer'],
      'mnt.mnt_sb': [24, 'pointer'],
      'mnt.mnt_flags': [32, 4],
      mnt_id: [40, 4],
      mnt_group_id: [44, 4],
      mnt_devname: [48, 'pointer'],
      mnt_list: [56, { array: 16 }],
      mnt_node: [72, { array: 24 }],
      mnt_master: [96, 'pointer'],
    },
  },
  inode: {
    size: 48,
    members: {
      i_mode: [0, 2],
      i_nlink: [4, 4],
      i_ino: [8, 8],
      i_sb: [16, 'pointer'],
      i_size: [24, 8],
      i_mapping: [32, 'pointer'],
      i_link: [40, 'pointer'],
    },
  },
  super_block: {
    size: 64,
    members: {
      s_dev: [0, 4],
      s_flags: [8, 8],
      s_type: [16, 'pointer'],
      s_root: [24, 'pointer'],
      s_id: [32, { array: 32 }],
    },
  },
  file_system_type: { size: 8, members: { name: [0, 'pointer'] } },
  file: {
    size: 48,
    members: {
      f_path: [0, { array: 16 }],
      f_inode: [16, 'pointer'],
      f_flags: [24, 4],
      f_mode: [28, 4],
      f_pos: [32, 8],
    },
  },
  files_struct: { size: 8, members: { fdt: [0, 'pointer'] } },
  fdtable: {
    size: 32,
    members: {
      max_fds: [0, 4],
      fd: [8, 'pointer'],
      open_fds: [16, 'pointer'],
      close_on_exec: [24, 'pointer'],
    },
  },
};

/** How a kernel keeps the mounts of a namespace. */
export const listedNamespace: FlatStructs = {
  mnt_namespace: {
    size: 32,
    members: { list: [0, { array: 16 }], mounts: [16, 4], 'ns.inum': [20, 4] },
  },
};
export const treeNamespace: FlatStructs = {
  mnt_namespace: {
    size: 32,
    members: { 'mounts.rb_node': [0, 'pointer'], nr_mounts: [16, 4], 'ns.inum': [20, 4] },
  },
};

/** The heap has four megabytes. */
const pageCount = 1024;
const pageStructInBytes = 64;

const naming = { sockfs_dname: 0xffffffff81001000n, simple_dname: 0xffffffff81002000n } as const;

export interface FileFacts {
  readonly mode?: number;
  readonly number?: bigint;
  readonly flags?: number;
  readonly position?: bigint;
  readonly size?: bigint;
  /** The target of a symbolic link. */
  readonly target?: string;
}

/** Files, folders and mounts in a kernel's memory. */
export class FileWorld {
  readonly heap: Heap;
  readonly kernel: Kernel;
  readonly fileSystem: bigint;
  readonly root: bigint;
  readonly rootMount: bigint;
  /** Where the kernel describes its pages. */
  readonly pages: bigint;
  readonly dentries: bigint[] = [];
  readonly #children: Map<bigint, bigint[]> = new Map();

  constructor(more: FlatStructs = listedNamespace, otherTypes?: Partial<TypeTable>) {
    const flat = flatTypes({ ...structs, ...more });
    const types: TypeTable = {
      ...flat,
      ...otherTypes,
      struct: (name) => flat.struct(name) ?? otherTypes?.struct?.(name),
    };
    this.heap = new Heap({ types });
    const { memory, kernel } = this.heap;
    const pagesAt = this.heap.take(8);
    this.pages = this.heap.take(pageCount * pageStructInBytes);
    this.heap.put(pagesAt, this.pages);
    this.kernel = testKernel({
      dump: memoryDump({ memory, architecture: x8664 }),
      memory: kernel.memory,
      types,
      symbols: symbolList({
        ...naming,
        end: 0xffffffff81003000n,
        vmemmap_base: pagesAt,
      }),
    });
    this.fileSystem = this.superBlock('ext4', 0x800001n);
    this.root = this.dentry('/', undefined);
    this.rootMount = this.mount(1, this.root, undefined, 0n);
  }

  text(text: string): bigint {
    const bytes = new TextEncoder().encode(`${text}\0`);
    const at = this.heap.take(bytes.length);
    this.heap.bytes(at, bytes);
    return at;
  }

  superBlock(type: string, device: bigint, flags: bigint = 0n): bigint {
    const { heap } = this;
    const [at, typeAt] = [heap.take(64), heap.take(8)];
    heap.put(typeAt, this.text(type));
    heap.put(at, device, flags, typeAt, 0n);
    return at;
  }

  inode({ mode = 0o100644, number = 1n, size = 0n, target }: FileFacts = {}): bigint {
    const at = this.heap.take(48);
    this.heap.put(at, BigInt(mode) | (1n << 32n), number, this.fileSystem, size, 0n);
    this.heap.put(at + 40n, target === undefined ? 0n : this.text(target));
    return at;
  }

  dentry(name: string, parent: bigint | undefined, isHashed: boolean = true): bigint {
    const { heap } = this;
    const at = heap.take(96);
    this.dentries.push(at);
    const length = new TextEncoder().encode(name).length;
    heap.put(at, parent ?? at, BigInt(length), this.text(name), isHashed ? at : 0n);
    heap.put(at + 48n, this.fileSystem, at + 56n, at + 56n);
    if (parent !== undefined) {
      const children = [...(this.#children.get(parent) ?? []), at];
      this.#children.set(parent, children);
      const ring = [parent + 56n, ...children.map((child) => child + 72n)];
      for (const [index, node] of ring.entries()) {
        heap.put(node, ring[(index + 1) % ring.length] ?? 0n, ring.at(index - 1) ?? 0n);
      }
    }
    return at;
  }

  /** A file, or a link, with a name in a folder. */
  named(name: string, parent: bigint, facts: FileFacts = {}): bigint {
    const at = this.dentry(name, parent);
    this.heap.put(at + 40n, this.inode(facts));
    return at;
  }

  /** A dentry whose file system makes up its path. */
  unfiled(name: string, by: keyof typeof naming, inode: bigint): bigint {
    const { heap } = this;
    const [at, operations] = [this.dentry(name, undefined, false), heap.take(8)];
    heap.put(operations, naming[by]);
    heap.put(at + 32n, operations, inode);
    return at;
  }

  /** Of the `struct mount`. */
  mount(id: number, root: bigint, parent: bigint | undefined, on: bigint, flags = 0): bigint {
    const at = this.heap.take(120);
    this.heap.put(at, parent ?? at, on, root, this.fileSystem, BigInt(flags), BigInt(id));
    this.heap.put(at + 48n, this.text(`/dev/${id}`));
    return at;
  }

  file(dentry: bigint, facts: FileFacts = {}, mount: bigint = this.rootMount): bigint {
    const at = this.heap.take(48);
    const { flags = 0, position = 0n } = facts;
    this.heap.put(at, mount + 16n, dentry, this.inode(facts), BigInt(flags), position);
    return at;
  }

  /** Of the `files_struct`. `files` has the file of each descriptor; 0 for a reserved one. */
  table(files: ReadonlyMap<number, bigint>, closing: readonly number[] = [], maxFds = 64): bigint {
    const { heap } = this;
    const [at, table, array] = [heap.take(8), heap.take(32), heap.take(8 * Math.min(maxFds, 512))];
    // One block, as the kernel takes it.
    const open = heap.take(128);
    const close = open + BigInt(maxFds) / 8n;
    heap.put(at, table);
    heap.put(table, BigInt(maxFds), array, open, close);
    let bits = 0n;
    for (const [fd, file] of files) {
      heap.put(array + BigInt(8 * fd), file);
      bits |= 1n << BigInt(fd);
    }
    heap.put(open, bits);
    heap.put(
      close,
      closing.reduce((all, fd) => all | (1n << BigInt(fd)), 0n),
    );
    return at;
  }
}
