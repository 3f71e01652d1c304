import { CachedSource } from '@vmcorekit/core';
import { RawFormat } from '@vmcorekit/format-raw';
import { describeFormat, openContext, openFormat, ZerosSource } from '@vmcorekit/testing';
import { expect } from 'chai';

const mib = 2 ** 20;
const format = new RawFormat();
const memory = Uint8Array.from(
  { length: 4 * mib },
  (_, index) => (index * 31 + (index >> 12)) & 0xff,
);

function claimOf(sizeInBytes: number) {
  return format.probe({
    name: 'memory',
    sizeInBytes,
    head: new Uint8Array(65_536),
    tail: () => new Uint8Array(0),
  });
}

describeFormat(format, {
  cases: [
    {
      title: 'memory of 4 MiB',
      files: [memory],
      holds: [{ address: 0x12_3456, bytes: memory.subarray(0x12_3456, 0x12_4456) }],
    },
  ],
});

describe('raw memory', () => {
  it('is no more than a guess, at files of a size that memory has', () => {
    expect(claimOf(4 * mib)?.strength).to.equal('guess');
    for (const sizeInBytes of [0, 4096, 4 * mib - 1024, 4 * mib + 512, 2 ** 52 + 1024]) {
      expect(claimOf(sizeInBytes), String(sizeInBytes)).to.equal(undefined);
    }
  });

  it('lies where the user says, whatever its size', async () => {
    const placed = [
      { address: 0x1001, lengthInBytes: 3, fileOffset: 2 },
      { address: 2 ** 33, lengthInBytes: 2, fileOffset: 0 },
    ];
    const source = new ZerosSource(5, [{ offset: 0, bytes: Uint8Array.of(1, 2, 3, 4, 5) }]);
    using image = await openFormat(format, [source], openContext({ placed }));
    expect([...image.memory.read(0x1001, 3)]).to.deep.equal([3, 4, 5]);
    expect([...image.memory.read(2 ** 33, 2)]).to.deep.equal([1, 2]);
    expect(image.memoryLayout?.basis).to.equal('told');
    expect(image.memory.pageState(1)).to.equal('partial');
  });

  it('opens a sparse petabyte in bounded memory', async () => {
    const source = new ZerosSource(2 ** 50);
    using image = await openFormat(format, [source]);
    expect(image.memory.ranges.at(-1)?.end).to.be.above(2 ** 49);
    expect(source.bytesRead).to.be.at.most(2 * mib);
  });

  it('is read once where it is zero, however often memory is passed over', async () => {
    const source = new ZerosSource(64 * mib, [{ offset: 40 * mib, bytes: Uint8Array.of(7) }]);
    using image = await openFormat(format, [new CachedSource(source)]);
    const pass = (): number => {
      let pages = 0;
      for (const { start, end } of image.memory.storedRuns()) {
        for (let at = start; at < end; at += 4096) {
          image.memory.withView(at, 1, () => pages++);
        }
      }
      return pages;
    };
    // Opening has read the first MiB, where lists of the firmware are.
    expect(pass()).to.equal((63 * mib) / 4096);
    const readAtFirst = source.bytesRead;
    expect(pass()).to.equal(16);
    expect(source.bytesRead - readAtFirst).to.be.at.most(mib);
    expect(image.memory.readUint32(40 * mib)).to.equal(7);
  });

  it('leaves no page out of a pass that holds anything, at any place in a page', async () => {
    const source = new ZerosSource(mib, [{ offset: 0x1_0000, bytes: Uint8Array.of(9) }]);
    const placed = [{ address: 0x1234, lengthInBytes: mib, fileOffset: 0 }];
    using image = await openFormat(format, [source], openContext({ placed }));
    image.memory.read(0x1234, mib);
    const runs = [...image.memory.storedRuns()];
    expect(runs.some(({ start, end }) => start <= 0x1_1234 && 0x1_1234 < end)).to.equal(true);
    for (const { start, end } of runs) {
      expect(start === 0x1234 || start % 4096 === 0, String(start)).to.equal(true);
      expect(end === 0x1234 + mib || end % 4096 === 0, String(end)).to.equal(true);
    }
  });

  it('leaves no page out of a pass that lies in the file after other memory', async () => {
    const kib = 1024;
    const source = new ZerosSource(192 * kib, [{ offset: 160 * kib, bytes: Uint8Array.of(9) }]);
    const placed = [
      { address: 0, lengthInBytes: 96 * kib, fileOffset: 0 },
      { address: 96 * kib, lengthInBytes: 32 * kib, fileOffset: 160 * kib },
      { address: mib, lengthInBytes: 64 * kib, fileOffset: 96 * kib },
    ];
    using image = await openFormat(format, [source], openContext({ placed }));
    for (const { address, lengthInBytes } of placed) {
      image.memory.read(address, lengthInBytes);
    }
    const runs = [...image.memory.storedRuns()];
    expect(runs.some(({ start, end }) => start <= 96 * kib && 96 * kib < end)).to.equal(true);
  });

  it('is refused where the file is empty', async () => {
    const error = await openFormat(format, [new ZerosSource(0)]).catch((thrown: unknown) => thrown);
    expect(error).to.have.property('code', 'truncated');
  });

  it('refuses several files without addresses', async () => {
    const files = [new ZerosSource(4 * mib), new ZerosSource(4 * mib)];
    const error = await openFormat(format, files).catch((thrown: unknown) => thrown);
    expect(error).to.have.property('code', 'contract');
  });
});
