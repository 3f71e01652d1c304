import { MemoryStore, VmcorekitError } from '@vmcorekit/core';
import {
  describeContainer,
  headOf,
  openContainer,
  openContext,
  propertyRuns,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  bytesOf,
  concatenated,
  containerNamed,
  contentOf,
  errorOf,
  madeBy,
  sample,
  unpacked,
} from '../contents.ts';
import { itUnpacks } from '../made-files.ts';

const files = ['sample.bz2', 'nine.bz2', 'two.bz2'];

describeContainer(containerNamed('bzip2'), {
  cases: ['two.bz2'].map((file) => ({ title: file, file: madeBy(file), holds: { '': sample() } })),
});

describe('bzip2 files', () => {
  itUnpacks('bzip2', files);

  it('are claimed by their mark and that of a block, not by text', () => {
    const { name } = containerNamed('bzip2');
    const claims = (text: string): boolean =>
      containerNamed(name).probe(headOf(Buffer.from(text, 'latin1'))) !== undefined;
    expect(claims('BZh1\x17\x72\x45\x38\x50\x90')).to.equal(true);
    expect(claims('BZh0\x31\x41\x59\x26\x53\x59')).to.equal(false);
    expect(claims('BZhello, world')).to.equal(false);
  });

  it('are read as far as they go, where they are cut', async () => {
    for (const name of ['sample.bz2', 'two.bz2']) {
      const file = madeBy(name);
      for (const length of [file.length - 1, file.length - 100]) {
        const { bytes, damage } = await unpacked('bzip2', file.subarray(0, length));
        expect(damage).to.deep.equal(['compressed-unfinished']);
        expect(bytes.length).to.be.at.least(100_000);
        expect(Buffer.compare(bytes, sample().subarray(0, bytes.length))).to.equal(0);
      }
    }
  });

  it('are read up to a block that is damaged, which is said with its place', async () => {
    const file = concatenated(madeBy('nine.bz2'), madeBy('nine.bz2'));
    const half = file.length / 2;
    file.fill(0xff, half + 1000, half + 1100);
    const { bytes, damage, details } = await unpacked('bzip2', file);
    expect(damage).to.deep.equal(['compressed-damaged']);
    expect(details).to.match(new RegExp(`^bzip2 at file offset 0x${(half + 4).toString(16)}: `));
    expect(bytes.length).to.be.at.least(300_000);
  });

  // Bytes of such a block were read as good memory.
  it('hold nothing of a block whose checksum is wrong, and are refused with no other', async () => {
    const wrong = madeBy('nine.bz2').slice();
    wrong.fill(1, 10, 14);
    const { bytes, damage, details } = await unpacked(
      'bzip2',
      concatenated(madeBy('nine.bz2'), wrong),
    );
    expect(damage).to.deep.equal(['compressed-damaged']);
    const place = (wrong.length + 4).toString(16);
    expect(details).to.match(
      new RegExp(`^bzip2 at file offset 0x${place}: a block's checksum is 0x1010101, that of its`),
    );
    expect(details).to.match(/; only the 300000 bytes that come before are read$/);
    expect(Buffer.compare(bytes, sample())).to.equal(0);
    expect(String(await errorOf(unpacked('bzip2', wrong)))).to.include(
      "bzip2 at file offset 0x4: a block's checksum is 0x1010101, that of its contents 0x",
    );
  });

  it('hold only what was packed, whichever bit is flipped', async () => {
    const file = madeBy('sample.bz2');
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 8 * file.length - 1 }), async (bit) => {
        const flipped = file.slice();
        flipped.set([(flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))], bit >> 3);
        const bytes = await unpacked('bzip2', flipped).then(
          (got) => got.bytes,
          () => new Uint8Array(0),
        );
        expect(Buffer.compare(bytes, sample().subarray(0, bytes.length))).to.equal(0);
      }),
      { numRuns: propertyRuns(12) },
    );
  });

  it('say that the checksum of all blocks does not match', async () => {
    const other = madeBy('nine.bz2').slice();
    other.fill(0, other.length - 3);
    expect((await unpacked('bzip2', other)).details).to.include("the stream's checksum is");
  });

  it('pass over zeros after the end, and report other bytes', async () => {
    const file = madeBy('nine.bz2');
    const padded = await unpacked('bzip2', concatenated(file, new Uint8Array(512)));
    expect(padded.damage).to.deep.equal([]);
    const { bytes, details } = await unpacked('bzip2', concatenated(file, Buffer.from('more')));
    expect(Buffer.compare(bytes, sample())).to.equal(0);
    expect(details).to.match(/^4 bytes after the end of the bzip2 stream at 0x[0-9a-f]+ are not /);
  });

  it('are refused where they hold more than they may', async () => {
    const context = openContext({ maxUnpackedInBytes: 100_000 });
    for (const name of files) {
      expect(String(await errorOf(unpacked('bzip2', madeBy(name), context)))).to.match(
        /bzip2 stream at 0x[0-9a-f]+: unpacked size is 0x[0-9a-f]+, wanted at most 100000 bytes/,
      );
    }
  });
});

describe('bzip2 files that are not unpacked', () => {
  class Small extends MemoryStore {
    readonly #limit: number;

    constructor(limit: number) {
      super();
      this.#limit = limit;
    }

    override writeAt(offset: number, bytes: Uint8Array): void {
      if (offset + bytes.length > this.#limit) {
        throw new VmcorekitError('io', { file: 'scratch', because: 'no space left' });
      }
      super.writeAt(offset, bytes);
    }
  }
  const inSpace = (limit: number, room?: number) => {
    const store = new Small(limit);
    return openContext({
      scratch: async () =>
        room === undefined
          ? store
          : Object.assign(store, { room: () => ({ where: '/scratch', freeInBytes: room }) }),
    });
  };

  for (const name of files) {
    for (const [why, context] of [
      ['scratch space becomes full', () => inSpace(150_000)],
      ['scratch space has too little room', () => inSpace(1e9, 100)],
    ] as const) {
      it(`decode each block when it is read, if ${why}: ${name}`, async () => {
        using contents = await openContainer(containerNamed('bzip2'), madeBy(name), context());
        const source = contentOf(contents);
        expect(source.sizeInBytes).to.equal(300_000);
        for (const offset of [299_000, 0, 99_900, 150_000, 210_000]) {
          const target = new Uint8Array(5000);
          const got = source.readInto(offset, target);
          const wanted = sample().subarray(offset, offset + 5000);
          expect(Buffer.compare(target.subarray(0, got), wanted)).to.equal(0);
        }
        expect(contents.damage).to.deep.equal([]);
      });
    }
  }

  it('nor decoded first, if an index was kept; another index is refused by its reason', async () => {
    const file = madeBy('two.bz2');
    using first = await openContainer(containerNamed('bzip2'), file);
    const snapshot = first.snapshot?.() ?? null;
    using again = await openContainer(containerNamed('bzip2'), file, {
      ...inSpace(0),
      snapshot,
    });
    expect(Buffer.compare(bytesOf(again), sample())).to.equal(0);
    expect(again.snapshot?.()).to.equal(snapshot);
    for (const [kept, because] of [
      [new Uint8Array(100), 'it is no index of a bzip2 file'],
      [(snapshot ?? file).subarray(0, 60), 'it is damaged, or of another version'],
    ] as const) {
      const context = openContext({ snapshot: kept });
      const { bytes, details } = await unpacked('bzip2', file, context);
      expect(details).to.equal(`the index that was kept: ${because}`);
      expect(Buffer.compare(bytes, sample())).to.equal(0);
    }
    const other = await unpacked('bzip2', madeBy('nine.bz2'), openContext({ snapshot }));
    expect(other.details).to.match(/it is of a file of \d+ bytes, this one has \d+$/);
  });

  it('are decoded up to a damaged block, for lack of room', async () => {
    const file = madeBy('two.bz2').slice();
    file.fill(0xff, file.length - 300, file.length - 200);
    const whole = await unpacked('bzip2', file);
    const byBlock = await unpacked('bzip2', file, inSpace(1e9, 100));
    expect(byBlock.bytes.length).to.be.within(100_000, 299_999);
    expect(byBlock).to.deep.equal(whole);
  });
});
