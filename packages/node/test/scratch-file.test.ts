import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BufferSink, type ByteStore, MemoryStore } from '@vmcorekit/core';
import { ScratchFile } from '@vmcorekit/node';
import { expect } from 'chai';
import fc from 'fast-check';

describe('a store for what is unpacked', () => {
  const folder = mkdtempSync(join(tmpdir(), 'scratch-file-'));
  after(() => rmSync(folder, { recursive: true }));
  const stores: Record<string, () => ByteStore> = {
    'in a file': () => new ScratchFile(folder),
    'in memory': () => new MemoryStore(),
  };

  it('knows what its file system has free', () => {
    using store = new ScratchFile(folder);
    const room = store.room();
    expect(room?.where).to.equal(folder);
    expect(room?.freeInBytes).to.be.above(0);
  });

  for (const [where, create] of Object.entries(stores)) {
    it(`gives back what was written, wherever and in any order: ${where}`, () => {
      const writes = fc.array(fc.tuple(fc.nat(9000), fc.uint8Array({ maxLength: 300 })), {
        maxLength: 12,
      });
      const reads = fc.array(fc.tuple(fc.nat(9500), fc.nat(400)), { maxLength: 12 });
      fc.assert(
        fc.property(writes, reads, (written, wanted) => {
          using store = create();
          const sink = new BufferSink();
          for (const [offset, bytes] of written.filter(([, { length }]) => length > 0)) {
            store.writeAt(offset, bytes);
            sink.writeAt(offset, bytes);
          }
          expect(store.sizeInBytes).to.equal(sink.bytes.length);
          for (const [offset, length] of wanted) {
            const target = new Uint8Array(length);
            const got = store.readInto(offset, target);
            expect(target.subarray(0, got)).to.deep.equal(
              sink.bytes.slice(offset, offset + length),
            );
          }
        }),
      );
    });
  }

  it('says which folder for temporary files takes none, and what to do', () => {
    const before = process.env.TMPDIR;
    const missing = join(folder, 'missing');
    process.env.TMPDIR = missing;
    try {
      expect(() => new ScratchFile()).to.throw(
        `${missing}: this folder for temporary files takes none (no such file); give another one in TMPDIR`,
      );
    } finally {
      if (before === undefined) {
        delete process.env.TMPDIR;
      } else {
        process.env.TMPDIR = before;
      }
    }
    expect(() => new ScratchFile(missing)).to.throw(/missing\/vmcorekit\..*: no such file$/);
  });

  it('has no name in its folder, and cannot be used after it was disposed', () => {
    const store = new ScratchFile(folder);
    expect(readdirSync(folder)).to.deep.equal([]);
    store[Symbol.dispose]();
    store[Symbol.dispose]();
    expect(() => store.writeAt(0, new Uint8Array(1))).to.throw(
      'scratch was used after it was disposed',
    );
  });
});
