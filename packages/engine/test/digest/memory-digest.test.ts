import { createHash } from 'node:crypto';
import {
  BufferSource,
  type MemoryPiece,
  type PhysicalMemory,
  type PhysicalRange,
  resultOf,
  VmcorekitError,
} from '@vmcorekit/core';
import { digestMemory, digestSource, type MemoryDigest } from '@vmcorekit/engine';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const pageSizeInBytes = 4096;
const blockInBytes = 1 << 20;
const sizeInBytes = 3 * blockInBytes;
const sha256 = () => createHash('sha256');

const digestOf = (memory: PhysicalMemory): MemoryDigest => resultOf(digestMemory(memory, sha256));

/** The definition once more, byte by byte: null is a byte that is not held. */
function definition(bytes: readonly (number | null)[]): string {
  const list = sha256().update('vmcorekit memory 1\n');
  for (let block = 0; block < bytes.length; block += blockInBytes) {
    const hash = sha256();
    let isHeld = false;
    for (let at = block; at < Math.min(block + blockInBytes, bytes.length); at++) {
      if (bytes[at] === null) {
        continue;
      }
      const start = at;
      while (at < block + blockInBytes && bytes[at] != null) {
        at++;
      }
      const head = Buffer.alloc(8);
      head.writeUint32LE(start - block, 0);
      head.writeUint32LE(at - start, 4);
      hash.update(head).update(Uint8Array.from(bytes.slice(start, at) as number[]));
      isHeld = true;
    }
    if (isHeld) {
      const address = Buffer.alloc(8);
      address.writeBigUint64LE(BigInt(block));
      list.update(address).update(hash.digest());
    }
  }
  return list.digest('hex');
}

/** Reports only at a read that every third stored page is corrupt. */
class CorruptMemory extends SparseMemory {
  override withView<Result>(
    address: number,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result {
    const pfn = Math.floor(address / pageSizeInBytes);
    if (pfn % 3 === 0) {
      const facts = { physicalAddress: address, pfn, state: 'corrupt', because: 'a test' } as const;
      throw new VmcorekitError('page-unreadable', facts);
    }
    return super.withView(address, lengthInBytes, use);
  }
}

const whole = [{ start: 0, end: sizeInBytes }];

/** A page of bytes, and then petabytes that were cut off; as petabytes, or as the first block. */
class CutMemory extends SparseMemory {
  readonly #end: number;

  constructor(end: number) {
    super({ ranges: [{ start: 0, end }] });
    this.#end = end;
    this.write(0, Uint8Array.of(1));
  }

  override *pieces(start: number, end: number): Generator<MemoryPiece, void, void> {
    const middle = Math.max(start, Math.min(end, pageSizeInBytes));
    if (start < middle) {
      yield { start, end: middle, state: 'stored' };
    }
    const last = Math.min(end, this.#end);
    if (middle < last) {
      yield { start: middle, end: last, state: 'corrupt' };
    }
    if (last < end) {
      yield { start: last, end, state: 'absent' };
    }
  }

  bytelessUntil(address: number): number | undefined {
    return address < pageSizeInBytes ? undefined : this.#end;
  }
}

describe('digestMemory', () => {
  it('took hours for petabytes that the file has no bytes for, block by block', () => {
    const [huge, small] = [2 ** 51 + pageSizeInBytes, pageSizeInBytes];
    const { sha256: digest, bytes } = digestOf(new CutMemory(huge));
    expect(digest).to.equal(digestOf(new CutMemory(small)).sha256);
    expect(bytes).to.deep.equal({ held: pageSizeInBytes, excluded: 0, corrupt: 2 ** 51 });
  });

  it('is what its definition says, of ranges that begin and end within pages', () => {
    const places = fc.uniqueArray(fc.nat({ max: sizeInBytes }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(places, fc.array(fc.nat({ max: sizeInBytes - 1 })), (bounds, written) => {
        const ascending = [...bounds].sort((one, other) => one - other);
        const ranges: PhysicalRange[] = [];
        for (let index = 0; index + 1 < ascending.length; index += 2) {
          ranges.push({ start: ascending[index] ?? 0, end: ascending[index + 1] ?? 0 });
        }
        const memory = new SparseMemory({ ranges });
        const bytes = Array.from<number | null>({ length: sizeInBytes }).fill(null);
        for (const { start, end } of ranges) {
          bytes.fill(0, start, end);
        }
        for (const at of written) {
          memory.write(at, Uint8Array.of(at % 251));
          bytes[at] = bytes[at] === null ? null : at % 251;
        }
        const { sha256: digest, bytes: counted } = digestOf(memory);
        expect(digest).to.equal(definition(bytes));
        expect(counted.held).to.equal(bytes.filter((byte) => byte !== null).length);
      }),
      { numRuns: 4 },
    );
  });

  it('does not depend on how memory is cut into ranges, or on stored zeros', () => {
    const one = new SparseMemory({ ranges: whole });
    const other = new SparseMemory({
      ranges: [
        { start: 0, end: 5000 },
        { start: 5000, end: blockInBytes },
        { start: blockInBytes, end: sizeInBytes },
      ],
    });
    for (const memory of [one, other]) {
      memory.write(9000, Uint8Array.of(7));
    }
    for (let at = 0; at < 2 * blockInBytes; at += pageSizeInBytes) {
      other.write(blockInBytes + at, new Uint8Array(pageSizeInBytes));
    }
    expect(digestOf(other)).to.deep.equal(digestOf(one));
  });

  it('differs where a byte, or the place of one, does', () => {
    const memories = [0, 1, 2].map((which) => {
      const memory = new SparseMemory({ ranges: whole });
      memory.write(which === 2 ? blockInBytes : 0, Uint8Array.of(which === 1 ? 2 : 1));
      return digestOf(memory).sha256;
    });
    expect(new Set(memories).size).to.equal(3);
  });

  it('leaves out and counts what is excluded, or corrupt by the index or by the data', () => {
    const memory = new CorruptMemory({ ranges: [{ start: 0, end: 8 * pageSizeInBytes }] });
    const bytes = Array.from<number | null>({ length: 8 * pageSizeInBytes }).fill(0);
    for (let pfn = 0; pfn < 5; pfn++) {
      memory.write(pfn * pageSizeInBytes, Uint8Array.of(pfn + 1));
      bytes[pfn * pageSizeInBytes] = pfn + 1;
    }
    memory.exclude(pageSizeInBytes);
    memory.lose(2 * pageSizeInBytes, 'corrupt');
    bytes.fill(null, 0, 4 * pageSizeInBytes);
    expect(digestOf(memory)).to.deep.equal({
      sha256: definition(bytes),
      bytes: { held: 4 * 4096, excluded: 4096, corrupt: 3 * 4096 },
    });
  });

  it('of no memory is that of an empty list', () => {
    const { sha256: digest } = digestOf(new SparseMemory({ ranges: [] }));
    expect(digest).to.equal(definition([]));
  });
});

describe('digestSource', () => {
  it('is the SHA-256 of all bytes, also of more than one step', () => {
    for (const length of [0, 5, 2 * blockInBytes + 1]) {
      const bytes = new Uint8Array(length).map((_, at) => at % 253);
      expect(resultOf(digestSource(new BufferSource(bytes), sha256))).to.equal(
        sha256().update(bytes).digest('hex'),
      );
    }
  });
});
