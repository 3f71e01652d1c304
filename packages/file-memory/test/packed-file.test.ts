import { BufferSource, type ByteSource, isVmcorekitError, VmcorekitError } from '@vmcorekit/core';
import { FileMemory, FileParts } from '@vmcorekit/file-memory';
import { expect } from 'chai';

const bytes = Uint8Array.from(
  { length: 0x40000 },
  (_, index) => (index * 31 + (index >> 12)) & 0xff,
);

/** The contents of a packed file, of which [from, to) does not decode. */
function damagedFrom(from: number, to: number): ByteSource {
  const whole = new BufferSource(bytes);
  return {
    name: 'packed',
    sizeInBytes: bytes.length,
    readInto(offset, target) {
      if (offset < to && offset + target.length > from) {
        throw new VmcorekitError('bad-data', { codec: 'lz4', because: 'a match before the start' });
      }
      return whole.readInto(offset, target);
    },
    [Symbol.dispose]: () => {},
  };
}

function memoryOf(source: ByteSource): FileMemory {
  const parts = new FileParts(source);
  parts.add(0x100000, bytes.length, 0);
  const options = { pageSizeInBytes: 0x1000, byteOrder: 'little', part: 'range' } as const;
  return new FileMemory(source, parts.pieces, options);
}

describe('memory in a packed file', () => {
  it('loses the pages that do not decode, and no other', () => {
    const memory = memoryOf(damagedFrom(0x5000, 0x6800));
    const held: number[] = [];
    for (let pfn = 0x100; pfn < 0x140; pfn++) {
      try {
        const at = pfn * 0x1000;
        expect(memory.read(at, 0x1000)).to.deep.equal(bytes.slice(at - 0x100000, at - 0xff000));
        held.push(pfn);
      } catch (error) {
        expect(isVmcorekitError(error, 'page-unreadable') && error.facts).to.deep.equal({
          physicalAddress: pfn * 0x1000,
          pfn,
          state: 'corrupt',
          because: 'lz4: a match before the start',
          condition: 'page-data-bad',
          fileOffset: pfn * 0x1000 - 0x100000,
        });
      }
    }
    expect(held).to.have.length(62);
    expect(held).not.to.include.members([0x105]);
    expect([0x104, 0x105, 0x106, 0x107].map((pfn) => memory.pageState(pfn))).to.deep.equal([
      'stored',
      'corrupt',
      'corrupt',
      'stored',
    ]);
  });

  it('loses of a page what one stretch has of it, and says so byte by byte', () => {
    const source = damagedFrom(0x1800, 0x1801);
    const parts = new FileParts(source);
    parts.add(0x100000, 0x1400, 0);
    parts.add(0x101400, 0xc00, 0x1800);
    const options = { pageSizeInBytes: 0x1000, byteOrder: 'little', part: 'range' } as const;
    const memory = new FileMemory(source, parts.pieces, options);
    expect(() => memory.read(0x101000, 0x1000)).to.throw(VmcorekitError, '0x101400');
    expect([...memory.pieces(0x100000, 0x102000)]).to.deep.equal([
      { start: 0x100000, end: 0x101400, state: 'stored' },
      { start: 0x101400, end: 0x102000, state: 'corrupt' },
    ]);
    expect(memory.pageState(0x101)).to.equal('partial');
    expect(memory.read(0x1013f0, 0x10)).to.deep.equal(bytes.slice(0x13f0, 0x1400));
    // Its chunk does not decode, though this byte of it might.
    expect(() => memory.read(0x101fff, 1)).to.throw(VmcorekitError, 'corrupt');
  });

  it('names the first page that does not decode, where a read spans several', () => {
    const memory = memoryOf(damagedFrom(0x25000, 0x25001));
    const read = () => memory.read(0x100000, bytes.length);
    expect(read).to.throw(VmcorekitError, '0x125000');
    expect(memory.pageState(0x100)).to.equal('stored');
    expect(memory.readUint32(0x124ffc)).to.equal(
      new DataView(bytes.buffer).getUint32(0x24ffc, true),
    );
    expect(memory.readUint64(0x126000)).to.equal(
      new DataView(bytes.buffer).getBigUint64(0x26000, true),
    );
  });
});
