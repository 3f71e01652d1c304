import { BufferSource, type ByteRange, type ByteSource } from '@vmcorekit/core';
import { FileMemory, FileParts, PIECE_EXCLUDED, PIECE_ZERO } from '@vmcorekit/file-memory';
import { expect } from 'chai';

const bytes = Uint8Array.from({ length: 0x3000 }, (_, index) => (index * 7) & 0xff);

function memoryOf(source: ByteSource, parts: FileParts): FileMemory {
  const options = { pageSizeInBytes: 0x1000, byteOrder: 'little', part: 'range' } as const;
  return new FileMemory(source, parts.pieces, options);
}

/** A file of which a container lost some bytes. */
function holey(lost: readonly ByteRange[]): ByteSource {
  const source = new BufferSource(bytes);
  return {
    name: source.name,
    sizeInBytes: source.sizeInBytes,
    readInto: (offset, target) => source.readInto(offset, target),
    lostRanges: () => lost,
    [Symbol.dispose]: () => {},
  };
}

describe('parts of a file', () => {
  it('are memory where they say, at any offset', () => {
    const source = new BufferSource(bytes);
    const parts = new FileParts(source);
    parts.add(0x10001, 0x1fff, 3);
    const memory = memoryOf(source, parts);
    expect(memory.ranges).to.deep.equal([{ start: 0x10001, end: 0x12000 }]);
    expect(memory.read(0x10001, 0x1fff)).to.deep.equal(bytes.slice(3, 0x2002));
    expect(parts.damage('ranges')).to.deep.equal([]);
  });

  it('say how far they go on where the file has no bytes for them', () => {
    const source = new BufferSource(bytes);
    const parts = new FileParts(source);
    parts.add(0x1000, 0x4000, 0);
    parts.addWithoutBytes(0x5000, 2 ** 52, PIECE_ZERO);
    const memory = memoryOf(source, parts);
    expect(
      [0, 0x1000, 0x3fff, 0x4000, 0x4800, 0x5000, 2 ** 52].map((at) => memory.bytelessUntil(at)),
    ).to.deep.equal([undefined, undefined, undefined, 0x5000, 0x5000, 2 ** 52, undefined]);
  });

  it('are corrupt where the file ends before them, and that is reported', () => {
    const source = new BufferSource(bytes);
    const parts = new FileParts(source);
    parts.add(0, 0x2000, 0x2000);
    parts.add(0x8000, 0x1000, 0x5000);
    const memory = memoryOf(source, parts);
    expect([0, 1, 8, 9].map((pfn) => memory.pageState(pfn))).to.deep.equal([
      'stored',
      'corrupt',
      'corrupt',
      'absent',
    ]);
    expect(parts.damage('ranges')).to.deep.equal([
      {
        name: 'file-truncated',
        loses: 'page',
        detail: 'the file ends at 0x3000, its ranges at 0x6000: 8192 bytes of memory are missing',
        fileOffset: 0x3000,
      },
    ]);
  });

  it('are corrupt where a container lost them, and that is reported', () => {
    const source = holey([{ offset: 0x800, lengthInBytes: 0x800 }]);
    const parts = new FileParts(source);
    parts.add(0x4000, 0x3000, 0);
    const pieces = [...memoryOf(source, parts).pieces(0x4000, 0x7000)];
    expect(pieces).to.deep.equal([
      { start: 0x4000, end: 0x4800, state: 'stored' },
      { start: 0x4800, end: 0x5000, state: 'corrupt' },
      { start: 0x5000, end: 0x7000, state: 'stored' },
    ]);
    expect(parts.damage('ranges').map(({ detail }) => detail)).to.deep.equal([
      '2048 bytes of memory lie in records that the file has lost',
    ]);
  });

  it('give way to bytes where memory without bytes overlaps them', () => {
    const source = new BufferSource(bytes);
    const parts = new FileParts(source);
    parts.addWithoutBytes(0, 0x3000, PIECE_ZERO);
    parts.addWithoutBytes(0x2000, 0x4000, PIECE_EXCLUDED);
    parts.add(0x1000, 0x1000, 0);
    const states = [0, 1, 2, 3].map((pfn) => memoryOf(source, parts).pageState(pfn));
    expect(states).to.deep.equal(['zero', 'stored', 'excluded', 'excluded']);
  });

  it('without any size are nothing', () => {
    const parts = new FileParts(new BufferSource(bytes));
    parts.add(0x1000, 0, 0);
    parts.addWithoutBytes(0x1000, 0x1000, PIECE_ZERO);
    expect(parts.pieces.count).to.equal(0);
  });
});
