import {
  BasePhysicalMemory,
  type ByteOrder,
  type PageState,
  type PhysicalRange,
  tryRead,
} from '@vmcorekit/core';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

/** Pages of 16 bytes, so that most reads cross one. */
class SmallPages extends BasePhysicalMemory {
  readonly pageSizeInBytes: number = 16;
  readonly pagesRead: number = 0;
  readonly byteOrder: ByteOrder;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, byteOrder: ByteOrder) {
    super();
    this.#bytes = bytes;
    this.byteOrder = byteOrder;
  }

  get ranges(): readonly PhysicalRange[] {
    return [{ start: 0, end: this.#bytes.length }];
  }

  pageState(): PageState {
    return 'stored';
  }

  withView<Result>(
    address: number,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result {
    expect((address % 16) + lengthInBytes).to.be.at.most(16);
    return use(this.#bytes.subarray(address, address + lengthInBytes));
  }

  storedRuns(): Iterable<PhysicalRange> {
    return this.ranges;
  }
}

describe('BasePhysicalMemory', () => {
  it('reads bytes and words in either byte order, across pages too', () => {
    const bytes = fc.uint8Array({ minLength: 80, maxLength: 80 });
    fc.assert(
      fc.property(
        bytes,
        fc.nat(72),
        fc.constantFrom<ByteOrder>('little', 'big'),
        (contents, address, byteOrder) => {
          const memory = new SmallPages(contents, byteOrder);
          const view = new DataView(contents.buffer, contents.byteOffset);
          expect(memory.readUint32(address)).to.equal(
            view.getUint32(address, byteOrder === 'little'),
          );
          expect(memory.readUint64(address)).to.equal(
            view.getBigUint64(address, byteOrder === 'little'),
          );
          expect(memory.read(address, 80 - address)).to.deep.equal(contents.slice(address));
        },
      ),
    );
  });

  it('fills a target, or says that it cannot, as a read does that throws', () => {
    const state = fc.constantFrom('stored', 'zero', 'absent', 'excluded', 'corrupt');
    const states = fc.array(state, { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(states, fc.nat(0x2fff), fc.nat(0x2000), (pages, address, length) => {
        const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x3000 }] });
        pages.forEach((each, pfn) => {
          if (each === 'stored') {
            memory.write(pfn * 0x1000, new Uint8Array(0x1000).fill(pfn + 1));
          } else if (each !== 'zero') {
            memory.lose(pfn * 0x1000, each);
          }
        });
        const target = new Uint8Array(length).fill(0xee);
        const isFilled = memory.tryReadInto(address, target);
        const wanted = tryRead(() => memory.read(address, length));
        expect(isFilled ? target : undefined).to.deep.equal(wanted);
      }),
    );
  });

  it('touches no page that the index says is left out, in a read that may fail', () => {
    const touched: number[] = [];
    class Watched extends SparseMemory {
      override withView<Result>(
        address: number,
        lengthInBytes: number,
        use: (view: Uint8Array) => Result,
      ): Result {
        touched.push(address);
        return super.withView(address, lengthInBytes, use);
      }
    }
    const memory = new Watched({ ranges: [{ start: 0, end: 0x3000 }] });
    memory.exclude(0x1000);
    memory.lose(0x2000, 'absent');
    const target = new Uint8Array(0x1000);
    const filled = [0, 0x1000, 0x2000, 0x3000].map((at) => memory.tryReadInto(at, target));
    expect(filled).to.deep.equal([true, false, false, false]);
    expect(touched).to.deep.equal([0]);
  });
});
