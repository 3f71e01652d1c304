import { type Mounts, mountOptionsOf, mountsOf } from '@vmcorekit/linux';
import { expect } from 'chai';
import { FileWorld, listedNamespace, treeNamespace } from './file-world.ts';

/** A root with a file system at `/home`, and a part of that at `/srv`. */
function build(world: FileWorld): { readonly mounts: readonly bigint[]; readonly me: bigint } {
  const other = world.dentry('/', undefined);
  const me = world.dentry('me', other);
  const home = world.mount(7, other, world.rootMount, world.dentry('home', world.root), 0x21);
  const bound = world.mount(8, me, world.rootMount, world.dentry('srv', world.root), 0x1040);
  return { mounts: [world.rootMount, home, bound], me };
}

function listed(world: FileWorld, mounts: readonly bigint[]): bigint {
  const { heap } = world;
  const namespace = heap.take(32);
  const ring = [namespace, ...mounts.map((mount) => mount + 56n)];
  for (const [index, node] of ring.entries()) {
    heap.put(node, ring[(index + 1) % ring.length] ?? 0n, ring.at(index - 1) ?? 0n);
  }
  heap.put(namespace + 16n, 3n | (4026531841n << 32n));
  return namespace;
}

function inTree(world: FileWorld, [left = 0n, top = 0n, right = 0n]: readonly bigint[]): bigint {
  const { heap } = world;
  const namespace = heap.take(32);
  heap.put(namespace, top + 72n);
  heap.put(top + 72n, 1n, right + 72n, left + 72n);
  heap.put(left + 72n, (top + 72n) | 1n, 0n, 0n);
  heap.put(right + 72n, (top + 72n) | 1n, 0n, 0n);
  return namespace;
}

function read(world: FileWorld, namespace: bigint, root?: bigint): Mounts {
  const taskRoot = root === undefined ? null : { mount: world.rootMount + 16n, dentry: root };
  const found = mountsOf(world.kernel, namespace, taskRoot);
  if (typeof found === 'string') {
    throw new Error(found);
  }
  return found;
}

describe('mountsOf', () => {
  it('reads the list of kernels before 6.8', () => {
    const world = new FileWorld(listedNamespace);
    const found = read(world, listed(world, build(world).mounts), world.root);
    expect(found.namespaceNumber).to.equal(4026531841);
    expect(
      found.mounts.map(({ id, parentId, path, rootInFileSystem, source, isReachable }) => [
        ...[id, parentId, path, rootInFileSystem, source, isReachable],
      ]),
    ).to.deep.equal([
      [1, 1, '/', '/', '/dev/1', true],
      [7, 1, '/home', '/', '/dev/7', true],
      [8, 1, '/srv', '/me', '/dev/8', true],
    ]);
    expect(found.mounts[0]?.superBlock).to.include({ type: 'ext4', device: '8:1' });
    expect(found.remarks).to.deep.equal([]);
  });

  it('reads the tree of later ones', () => {
    const world = new FileWorld(treeNamespace);
    const found = read(world, inTree(world, build(world).mounts));
    expect(found.mounts.map(({ path }) => path)).to.deep.equal(['/', '/home', '/srv']);
    expect(found.mounts[0]?.isReachable).to.equal(null);
  });

  it('says which mounts a task cannot reach out of its root', () => {
    const world = new FileWorld();
    const { mounts } = build(world);
    const jail = world.dentry('jail', world.root);
    const inside = world.mount(9, world.dentry('/', undefined), world.rootMount, jail);
    const deeper = world.mount(
      10,
      world.dentry('/', undefined),
      world.rootMount,
      world.dentry('proc', jail),
    );
    const found = read(world, listed(world, [...mounts, inside, deeper]), jail);
    expect(found.mounts.filter((mount) => mount.isReachable).map(({ id }) => id)).to.deep.equal([
      9, 10,
    ]);
  });

  it('skips the places that readers of /proc keep in the list', () => {
    const world = new FileWorld();
    const { mounts } = build(world);
    const cursor = world.mount(0, world.root, world.rootMount, world.root, 0x10000000);
    expect(read(world, listed(world, [...mounts, cursor])).mounts).to.have.length(3);
  });

  it('says where the list is torn, and shows the rest', () => {
    const world = new FileWorld();
    const { mounts } = build(world);
    const namespace = listed(world, mounts);
    world.heap.put((mounts[1] ?? 0n) + 56n, 8n);
    const found = read(world, namespace);
    expect(found.mounts).to.have.length(3);
    expect(found.remarks.join()).to.match(/the mounts of the namespace/);
  });

  it('says that the types do not describe mounts', () => {
    const world = new FileWorld({});
    expect(mountsOf(world.kernel, world.root)).to.match(/do not describe struct mount/);
  });
});

describe('mountOptionsOf', () => {
  it('writes the flags in the order of /proc', () => {
    expect(mountOptionsOf(0x21n)).to.deep.equal(['rw', 'nosuid', 'relatime']);
    expect(mountOptionsOf(0x1fn | 0x40n)).to.deep.equal([
      ...['ro', 'nosuid', 'nodev', 'noexec', 'noatime', 'nodiratime'],
    ]);
  });
});
