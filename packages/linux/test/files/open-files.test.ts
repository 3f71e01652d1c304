import { resultOf } from '@vmcorekit/core';
import { type OpenFiles, openFilesAt } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { FileWorld } from './file-world.ts';

function read(world: FileWorld, table: bigint): OpenFiles {
  const found = resultOf(openFilesAt(world.kernel, table));
  if (typeof found === 'string') {
    throw new Error(found);
  }
  return found;
}

function pathsOf({ files }: OpenFiles): (readonly [number, string | undefined])[] {
  return files.map(({ fd, path }) => [fd, path?.path] as const);
}

describe('openFilesAt', () => {
  it('reads the files of the bits that are set, with their paths', () => {
    const world = new FileWorld();
    const folder = world.dentry('etc', world.root);
    const one = world.file(world.dentry('passwd', folder), { number: 77n, position: 9n });
    const two = world.file(folder, { mode: 0o040755, flags: 0o200000 });
    const found = read(
      world,
      world.table(
        new Map([
          [0, one],
          [63, two],
        ]),
        [63],
      ),
    );
    expect(pathsOf(found)).to.deep.equal([
      [0, '/etc/passwd'],
      [63, '/etc'],
    ]);
    expect(found.files[0]).to.include({
      address: one,
      inodeNumber: 77n,
      type: 'REG',
      positionInBytes: 9n,
      flags: 0,
      mountId: 1,
    });
    expect(found.files[1]).to.include({ type: 'DIR', flags: 0o2200000 });
    expect(found.remarks).to.deep.equal([]);
  });

  it('has no mount of a file whose mount shows another file system', () => {
    // One flipped bit in `f_path.mnt` led into another mount, and its number was shown.
    const world = new FileWorld();
    const other = world.mount(7, world.root, undefined, 0n);
    world.heap.put(other + 24n, world.superBlock('tmpfs', 2n));
    const file = world.file(world.dentry('passwd', world.root), {}, other);
    expect(read(world, world.table(new Map([[3, file]]))).files[0]?.mountId).to.equal(null);
  });

  it('has no path of a file in no folder where what names it is lost', () => {
    const world = new FileWorld();
    const dentry = world.unfiled('[eventpoll]', 'simple_dname', world.inode({ number: 1n }));
    world.heap.put(dentry + 32n, 0xffff_ffff_0000_0000n);
    expect(pathsOf(read(world, world.table(new Map([[3, world.file(dentry)]]))))).to.deep.equal([
      [3, undefined],
    ]);
  });

  it('has no path of a pipe where its file system and its function for it are lost', () => {
    // It was `unknown:[1867]`, where the whole dump had `pipe:[1867]`.
    const world = new FileWorld();
    const dentry = world.unfiled('', 'simple_dname', world.inode({ number: 1867n }));
    world.heap.put(world.heap.word(dentry + 32n), 0xffff_ffff_9000_0000n);
    world.heap.put(dentry + 48n, 0xffff_ffff_0000_0000n);
    expect(pathsOf(read(world, world.table(new Map([[3, world.file(dentry)]]))))).to.deep.equal([
      [3, undefined],
    ]);
  });

  it('names a pipe by its file system where the symbol there is another one', () => {
    // It was `pipefs:[1867]` after one flipped bit in the names of symbols.
    const world = new FileWorld();
    const dentry = world.unfiled('', 'simple_dname', world.inode({ number: 1867n }));
    world.heap.put(world.heap.word(dentry + 32n), 0xffff_ffff_8100_3000n);
    world.heap.put(dentry + 48n, world.superBlock('pipefs', 1n));
    expect(pathsOf(read(world, world.table(new Map([[3, world.file(dentry)]]))))).to.deep.equal([
      [3, 'pipe:[1867]'],
    ]);
  });

  it('names sockets, files in memory, and files without a known name', () => {
    const world = new FileWorld();
    const inode = world.inode({ number: 4242n });
    const socket = world.file(world.unfiled('', 'sockfs_dname', inode), { mode: 0o140777 });
    const memory = world.file(world.unfiled('memfd:x', 'simple_dname', inode));
    const found = read(
      world,
      world.table(
        new Map([
          [3, socket],
          [4, memory],
        ]),
      ),
    );
    expect(found.files.map(({ path, type }) => ({ ...path, type }))).to.deep.equal([
      { path: 'socket:[4242]', isDeleted: false, isComplete: true, type: 'SOCK' },
      { path: '/memfd:x', isDeleted: true, isComplete: true, type: 'REG' },
    ]);
  });

  it('skips a number that a task has only reserved, and names files that are lost', () => {
    const world = new FileWorld();
    const lost = 0xffff8880f0000000n;
    const found = read(
      world,
      world.table(
        new Map([
          [1, 0n],
          [2, lost],
        ]),
      ),
    );
    expect(found).to.deep.equal({ files: [], remarks: ['1 open file cannot be read: 2'] });
  });

  it('says that it does not know which files close on exec where the bitmaps lie apart', () => {
    // One bit of the pointer had changed, and no file closed on exec any more.
    const world = new FileWorld();
    const table = world.table(new Map([[0, world.file(world.root)]]), [0]);
    const inside = world.heap.word(table);
    world.heap.put(inside + 24n, world.heap.word(inside + 24n) ^ 0x20n);
    expect(read(world, table).remarks.join()).to.match(/which files close on exec is not known/);
  });

  it('says that a table is lost', () => {
    const world = new FileWorld();
    expect(resultOf(openFilesAt(world.kernel, 8n))).to.match(/cannot be read/);
  });

  it('ends on a table that claims four thousand million files', () => {
    const world = new FileWorld();
    const file = world.file(world.root);
    const found = read(world, world.table(new Map([[0, file]]), [], 0xffffffff));
    expect(found.files[0]?.fd).to.equal(0);
    expect(found.remarks.join()).to.match(/the first 1048576 were looked at/);
  });

  it('ends on any bytes in place of the table, the files and the dentries', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 64 }), fc.nat(), (bytes, place) => {
        const world = new FileWorld();
        const table = world.table(new Map([[0, world.file(world.dentry('a', world.root))]]));
        const { usedInBytes } = world.heap;
        const from = table - (table % 4096n);
        world.heap.bytes(from + BigInt(place % Math.max(1, usedInBytes - 64)), bytes);
        const found = resultOf(openFilesAt(world.kernel, table));
        expect(typeof found === 'string' || found.files.length <= 1024 * 64).to.equal(true);
      }),
      { numRuns: 60 },
    );
  });
});
