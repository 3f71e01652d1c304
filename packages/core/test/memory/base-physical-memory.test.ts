import {
  BasePhysicalMemory,
  type ByteOrder,
  type PageState,
  type PhysicalRange,
} from '@vmcorekit/core';
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
});
