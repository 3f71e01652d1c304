import { x8664 } from '@vmcorekit/architectures';
import type { Kernel } from '@vmcorekit/core';
import { pathOf, pathPlaceAt } from '@vmcorekit/linux';
import { memoryDump, testKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import { Heap } from '../containers/heap.ts';
import { flatTypes } from '../tasks/flat-types.ts';

const types = flatTypes({
  path: { size: 16, members: { mnt: [0, 'pointer'], dentry: [8, 'pointer'] } },
  dentry: {
    size: 40,
    members: {
      d_parent: [0, 'pointer'],
      'd_name.len': [8, 4],
      'd_name.name': [16, 'pointer'],
      'd_hash.pprev': [24, 'pointer'],
    },
  },
  mount: {
    size: 40,
    members: {
      mnt_parent: [0, 'pointer'],
      mnt_mountpoint: [8, 'pointer'],
      mnt: [16, { array: 16 }],
      'mnt.mnt_root': [16, 'pointer'],
    },
  },
});

class Files {
  readonly heap: Heap = new Heap({ types });
  readonly root: bigint = this.dentry('/', undefined);
  readonly rootMount: bigint = this.mount(this.root, undefined, 0n);

  dentry(name: string, parent: bigint | undefined, isHashed: boolean = true): bigint {
    const { heap } = this;
    const at = heap.take(40);
    const text = new TextEncoder().encode(name);
    const nameAt = heap.take(text.length);
    heap.bytes(nameAt, text);
    heap.put(at, parent ?? at, BigInt(text.length), nameAt, isHashed ? at : 0n);
    return at;
  }

  /** Of the `struct mount`. */
  mount(root: bigint, parent: bigint | undefined, on: bigint): bigint {
    const at = this.heap.take(40);
    this.heap.put(at, parent ?? at, on, root);
    return at;
  }

  path(dentry: bigint, mount: bigint = this.rootMount): ReturnType<typeof pathOf> {
    return pathOf(this.kernel, { mount: mount + 16n, dentry });
  }

  get kernel(): Kernel {
    const { memory, kernel } = this.heap;
    return testKernel({
      dump: memoryDump({ memory, architecture: x8664 }),
      memory: kernel.memory,
      types,
    });
  }
}

describe('pathOf', () => {
  it('goes up to the root', () => {
    const files = new Files();
    const bin = files.dentry('bin', files.root);
    const whole = { isDeleted: false, isComplete: true };
    expect(files.path(files.dentry('sh', bin))).to.deep.equal({ path: '/bin/sh', ...whole });
    expect(files.path(files.root)).to.deep.equal({ path: '/', ...whole });
  });

  it('goes on from where a file system is mounted', () => {
    const files = new Files();
    const home = files.dentry('home', files.root);
    const other = files.dentry('/', undefined);
    const mount = files.mount(other, files.rootMount, home);
    expect(files.path(files.dentry('me', other), mount)?.path).to.equal('/home/me');
    expect(files.path(other, mount)?.path).to.equal('/home');
  });

  it('goes through a mount upon a mount', () => {
    const files = new Files();
    const [second, third] = [files.dentry('/', undefined), files.dentry('/', undefined)];
    const first = files.mount(second, files.rootMount, files.dentry('proc', files.root));
    const upon = files.mount(third, first, second);
    expect(files.path(files.dentry('1', third), upon)?.path).to.equal('/proc/1');
  });

  it('marks a file that no folder has', () => {
    const files = new Files();
    expect(files.path(files.dentry('gone', files.root, false))).to.include({
      path: '/gone',
      isDeleted: true,
    });
  });

  it('names a file without a folder by its own root', () => {
    const files = new Files();
    const pipe = files.dentry('pipe', undefined);
    expect(files.path(pipe)?.path).to.equal('/pipe');
  });

  it('shows the end of a path whose folders are lost', () => {
    const files = new Files();
    const folder = files.dentry('folder', 8n);
    expect(files.path(files.dentry('file', folder))).to.deep.equal({
      path: '…/folder/file',
      isDeleted: false,
      isComplete: false,
    });
    expect(files.path(8n)).to.equal(undefined);
  });

  it('ends where folders or mounts make a circle', () => {
    const files = new Files();
    const one = files.dentry('a', files.root);
    const two = files.dentry('b', one);
    files.heap.put(one, two);
    expect(files.path(two)?.isComplete).to.equal(false);
    const root = files.dentry('/', undefined);
    const mount = files.mount(root, undefined, root);
    const other = files.mount(root, mount, root);
    files.heap.put(mount, other);
    expect(files.path(root, mount)).to.equal(undefined);
  });
});

describe('pathPlaceAt', () => {
  it('reads a struct path, and no empty one', () => {
    const files = new Files();
    const [full, empty] = [files.heap.take(16), files.heap.take(16)];
    files.heap.put(full, files.rootMount + 16n, files.root);
    expect(pathPlaceAt(files.kernel, full)).to.deep.equal({
      mount: files.rootMount + 16n,
      dentry: files.root,
    });
    expect([pathPlaceAt(files.kernel, empty), pathPlaceAt(files.kernel, 8n)]).to.deep.equal([
      undefined,
      undefined,
    ]);
  });
});
