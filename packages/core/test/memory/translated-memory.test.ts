import { type BitField, isVmcorekitError, type StructType } from '@vmcorekit/core';
import { linearMemory, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const base = 0xffffffff81000000n;
const sizeInBytes = 0x4000;

/**
 * Four pages, the second pair of them swapped, so that neighbours in virtual memory are none in
 * physical.
 */
function memoryOf(bytes: Uint8Array, options: Parameters<typeof linearMemory>[2] = {}) {
  const physical = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
  const places = [0, 0x1000, 0x3000, 0x2000];
  places.forEach((place, index) => {
    physical.write(place, bytes.subarray(index * 0x1000, (index + 1) * 0x1000));
  });
  const runs = places.map((physicalAddress, index) => ({
    virtualAddress: base + BigInt(index * 0x1000),
    physicalAddress,
    lengthInBytes: 0x1000,
  }));
  return { physical, memory: linearMemory(physical, runs, options) };
}

function textAt(offset: number, text: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(sizeInBytes);
  bytes.set(text, offset);
  return bytes;
}

describe('a kernel’s virtual memory', () => {
  it('reads numbers of every width across page edges, in the kernel’s byte order', () => {
    const bytes = fc.uint8Array({ minLength: sizeInBytes, maxLength: sizeInBytes });
    const place = fc.oneof(
      fc.nat(sizeInBytes - 9),
      fc.integer({ min: 0xff0, max: 0x1008 }),
      fc.integer({ min: 0x1ff0, max: 0x2008 }),
    );
    fc.assert(
      fc.property(bytes, place, fc.boolean(), (contents, at, isLittle) => {
        const { memory } = memoryOf(contents, { byteOrder: isLittle ? 'little' : 'big' });
        const view = new DataView(contents.buffer, contents.byteOffset);
        const address = base + BigInt(at);
        expect(memory.readUint8(address)).to.equal(view.getUint8(at));
        expect(memory.readInt8(address)).to.equal(view.getInt8(at));
        expect(memory.readUint16(address)).to.equal(view.getUint16(at, isLittle));
        expect(memory.readInt16(address)).to.equal(view.getInt16(at, isLittle));
        expect(memory.readUint32(address)).to.equal(view.getUint32(at, isLittle));
        expect(memory.readInt32(address)).to.equal(view.getInt32(at, isLittle));
        expect(memory.readUint64(address)).to.equal(view.getBigUint64(at, isLittle));
        expect(memory.readInt64(address)).to.equal(view.getBigInt64(at, isLittle));
      }),
      { numRuns: 50 },
    );
  });

  it('fills a target across pages, or says that a byte is not mapped or was left out', () => {
    const bytes = Uint8Array.from({ length: sizeInBytes }, (_, index) => index >> 4);
    const { physical, memory } = memoryOf(bytes);
    const target = new Uint8Array(0x2000);
    expect(memory.tryReadInto(base + 0x1800n, target)).to.equal(true);
    expect(target).to.deep.equal(bytes.slice(0x1800, 0x3800));
    expect(memory.tryReadInto(base + 0x2800n, target)).to.equal(false);
    physical.exclude(0x3000);
    expect(memory.tryReadInto(base + 0x1800n, target)).to.equal(false);
    expect(memory.tryRead(base + 0x1800n, 0x2000)).to.equal(undefined);
  });

  it('reads a text whose NUL is the last byte that the dump holds of a page', () => {
    const physical = new SparseMemory({ ranges: [{ start: 0, end: 0xc05 }] });
    physical.write(0xc00, Uint8Array.of(0x73, 0x77, 0x61, 0x70, 0));
    const memory = linearMemory(physical, [
      { virtualAddress: base, physicalAddress: 0, lengthInBytes: 0x1000 },
    ]);
    expect(memory.readString(base + 0xc00n)).to.equal('swap');
    expect(() => memory.readString(base + 0xc05n)).to.throw(/is absent/);
  });

  it('refuses addresses with a reason, and reads the others as before', () => {
    const refusalOf = (address: bigint) => (address > base ? 'a test says so' : undefined);
    const { memory } = memoryOf(textAt(0, Uint8Array.of(1, 2)), { refusalOf });
    expect(memory.readUint8(base)).to.equal(1);
    expect(() => memory.readUint8(base + 0x1000n)).to.throw(/is not mapped: a test says so$/);
    expect(memory.tryRead(base + 0x1000n, 1)).to.equal(undefined);
  });

  it('reads pointers as wide as the kernel’s word', () => {
    const bytes = textAt(0, Uint8Array.of(0x78, 0x56, 0x34, 0x12, 0xff, 0xff, 0xff, 0xff));
    expect(memoryOf(bytes).memory.readPointer(base)).to.equal(0xffffffff12345678n);
    expect(memoryOf(bytes, { wordSizeInBits: 32 }).memory.readPointer(base)).to.equal(0x12345678n);
  });

  it('reads text in UTF-8 over the edges of pages, up to its NUL or a limit', () => {
    const text = 'naïve – 東京 '.repeat(40);
    const { memory } = memoryOf(textAt(0x1ff3, new TextEncoder().encode(text)));
    expect(memory.readText(base + 0x1ff3n)).to.equal(text);
    expect(memory.readText(base + 0x1ff3n, 3)).to.equal('na\ufffd');
    expect(memory.readText(base)).to.equal('');
  });

  it('reads text that ends right before a page there is not', () => {
    const { memory } = memoryOf(textAt(sizeInBytes - 4, new TextEncoder().encode('end')));
    expect(memory.readText(base + BigInt(sizeInBytes - 4))).to.equal('end');
    expect(() => memory.readText(base + BigInt(sizeInBytes))).to.throw('in no window');
  });

  it('gives undefined for bytes that cannot be read, where it is only tried', () => {
    const { memory, physical } = memoryOf(new Uint8Array(sizeInBytes));
    physical.exclude(0x3000);
    expect(memory.tryRead(base + 0x1ff0n, 16)).to.have.lengthOf(16);
    expect(memory.tryRead(base + 0x1ff0n, 17)).to.equal(undefined);
    expect(memory.tryRead(0n, 1)).to.equal(undefined);
    for (const length of [-1, 0.5, Number.NaN, 2 ** 33]) {
      expect(memory.tryRead(base, length), String(length)).to.equal(undefined);
      expect(() => memory.read(base, length)).to.throw('the length of a read');
    }
    expect(() => memory.read(base, 2 ** 29)).to.throw('in no window');
  });

  it('reads structures member by member, and knows no member that the type has not', () => {
    const contents = textAt(
      0x10,
      Uint8Array.of(1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 8, 0, 0, 0, 0xff, 0xff, 0xff, 0xff),
    );
    contents.set(new TextEncoder().encode('swapper/0'), 0x20);
    const { memory } = memoryOf(contents);
    const task = structOf('task', { state: 0, prio: 4, next: 8, comm: 16 }, { comm: 16 });
    const view = memory.struct(task, base + 0x10n);
    expect([
      view.uint32('state'),
      view.int32('prio'),
      view.pointer('next'),
      view.text('comm'),
      view.text('comm', 4),
    ]).to.deep.equal([1, -2, 0xffffffff00000008n, 'swapper/0', 'swap']);
    expect(view.addressOf('comm')).to.equal(base + 0x20n);
    try {
      view.uint8('mm');
      expect.fail('it has no such member');
    } catch (error) {
      expect(isVmcorekitError(error, 'unknown-name')).to.equal(true);
    }
  });

  it('reads bit-fields in both byte orders, and never returns their bytes as value', () => {
    // level:3 after flags:5, as each byte order packs them; spread: 12 bits from bit 6 on.
    for (const [byteOrder, bytes] of [
      ['little', [0b110_01001, 0b01_000000, 0b11011010, 0b0000_0010]],
      ['big', [0b01001_110, 0b000000_10, 0b11011010, 0b01_000000]],
    ] as const) {
      const contents = new Uint8Array(sizeInBytes);
      contents.set(bytes, 0);
      const { memory } = memoryOf(contents, { byteOrder });
      const info = structOf(
        'info',
        { level: 0, spread: 1 },
        {},
        {
          level: { firstBit: 5, sizeInBits: 3 },
          spread: { firstBit: 6, sizeInBits: 12 },
        },
      );
      const view = memory.struct(info, base);
      expect(view.bits('level')).to.equal(6n);
      expect(view.bits('spread')).to.equal(0b10_11011010_01n);
      expect(() => view.uint8('level')).to.throw('bit-field');
    }
  });
});

function structOf(
  struct: string,
  offsets: Readonly<Record<string, number>>,
  sizes: Readonly<Record<string, number>> = {},
  bits: Readonly<Record<string, BitField>> = {},
): StructType {
  return {
    name: struct,
    from: 'the test',
    sizeInBytes: null,
    member: (name) => {
      const offsetInBytes = offsets[name];
      return offsetInBytes === undefined
        ? undefined
        : {
            name,
            from: 'the test',
            offsetInBytes,
            sizeInBytes: sizes[name] ?? null,
            bits: bits[name] ?? null,
            type: null,
          };
    },
  };
}
