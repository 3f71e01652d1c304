import { resultOf } from '@vmcorekit/core';
import { findFile, type Mount, mountsOf } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { FileWorld } from './file-world.ts';

const folder = { mode: 0o040755 };
const link = (target: string) => ({ mode: 0o120777, target });

/** `/etc/passwd`, `/mnt` with a file system on it, and links. */
class Machine {
  readonly world: FileWorld = new FileWorld();
  readonly passwd: bigint;
  readonly data: bigint;
  readonly mounts: readonly Mount[];

  constructor() {
    const { world } = this;
    const { heap, root } = world;
    heap.put(root + 40n, world.inode(folder));
    const etc = world.named('etc', root, folder);
    this.passwd = world.named('passwd', etc);
    world.named('absolute', etc, link('/etc/./passwd'));
    world.named('relative', etc, link('../etc/passwd'));
    world.named('loop', etc, link('loop'));
    world.named('lost', etc, { mode: 0o120777 });
    world.dentry('never', etc);
    const mnt = world.named('mnt', root, folder);
    const other = world.dentry('/', undefined);
    heap.put(other + 40n, world.inode(folder));
    this.data = world.named('dätä', other);
    const mount = world.mount(2, other, world.rootMount, mnt);
    const namespace = heap.take(32);
    const ring = [namespace, world.rootMount + 56n, mount + 56n];
    for (const [index, node] of ring.entries()) {
      heap.put(node, ring[(index + 1) % ring.length] ?? 0n, ring.at(index - 1) ?? 0n);
    }
    const found = mountsOf(world.kernel, namespace);
    this.mounts = typeof found === 'string' ? [] : found.mounts;
  }

  find(path: string, dentry: bigint = this.world.root): bigint | string {
    const root = { mount: this.world.rootMount + 16n, dentry };
    const found = resultOf(findFile(this.world.kernel, path, root, this.mounts));
    return typeof found === 'string' ? found : found.place.dentry;
  }
}

describe('findFile', () => {
  const machine = new Machine();

  it('goes down by names, through links and mounts, and up again', () => {
    for (const path of [
      ...['/etc/passwd', 'etc//passwd', '/etc/../etc/./passwd', '/../etc/passwd'],
      ...['/etc/absolute', '/etc/relative', '/mnt/../etc/passwd'],
    ]) {
      expect(machine.find(path), path).to.equal(machine.passwd);
    }
    expect(machine.find('/mnt/dätä')).to.equal(machine.data);
    expect(machine.find('/')).to.equal(machine.world.root);
  });

  it('says why there is no file', () => {
    expect(machine.find('/etc/shadow')).to.equal(
      'the kernel has no /etc/shadow in memory; it may be on disk',
    );
    expect(machine.find('/etc/never')).to.match(/there was no \/etc\/never/);
    expect(machine.find('/etc/lost')).to.match(/target of the symbolic link \/etc\/lost/);
    expect(machine.find('/etc/passwd/x')).to.match(/has no \/etc\/passwd\/x in memory/);
  });

  it('ends on links that lead to themselves, and on paths without end', () => {
    expect(machine.find('/etc/loop')).to.match(/more than 40 symbolic links/);
    expect(machine.find('/etc/..'.repeat(3000))).to.match(/more than 2048 names/);
  });

  it('ends on any bytes among the folders', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 32 }), fc.nat(1000), (bytes, place) => {
        const torn = new Machine();
        torn.world.heap.bytes(torn.world.root + BigInt(place), bytes);
        const found = torn.find('/etc/absolute');
        const isKnown = typeof found === 'bigint' && torn.world.dentries.includes(found);
        expect(isKnown || typeof found === 'string').to.equal(true);
      }),
      { numRuns: 60 },
    );
  });
});
