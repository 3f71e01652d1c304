import {
  BufferSource,
  type ByteRange,
  type ByteSource,
  CachedSource,
  CountingSource,
  SliceSource,
} from '@vmcorekit/core';
import { expect } from 'chai';

/** A source to which each read is a journey: it remembers them, and what was announced. */
class CostlySource extends BufferSource {
  readonly preferredReadInBytes: number;
  readonly reads: (readonly [offset: number, lengthInBytes: number])[] = [];
  readonly announced: ByteRange[] = [];

  constructor(sizeInBytes: number, preferredReadInBytes: number) {
    super(new Uint8Array(sizeInBytes));
    this.preferredReadInBytes = preferredReadInBytes;
  }

  override readInto(offset: number, target: Uint8Array): number {
    this.reads.push([offset, target.length]);
    return super.readInto(offset, target);
  }

  willRead(ranges: readonly ByteRange[]): void {
    this.announced.push(...ranges);
  }
}

describe('a source that says what a read costs', () => {
  it('is read by the cache in blocks of that size', () => {
    const source = new CostlySource(1 << 20, 4096);
    const cached = new CachedSource(source);
    for (const offset of [10_000, 12_000, 8192]) {
      cached.readInto(offset, new Uint8Array(8));
    }
    expect(source.reads).to.deep.equal([[8192, 4096]]);
  });

  const wrappings: Record<string, (source: ByteSource) => ByteSource> = {
    'a cache': (source) => new CachedSource(source),
    'a counter': (source) => new CountingSource(source),
    'a slice': (source) => new SliceSource(source, 100, 1000),
  };
  for (const [what, wrap] of Object.entries(wrappings)) {
    it(`says so through ${what}, and hears through it what will be read`, () => {
      const source = new CostlySource(1 << 20, 4096);
      const wrapped = wrap(source);
      expect(wrapped.preferredReadInBytes).to.equal(4096);
      wrapped.willRead?.([{ offset: 7, lengthInBytes: 5 }]);
      expect(source.announced).to.deep.equal([
        { offset: what === 'a slice' ? 107 : 7, lengthInBytes: 5 },
      ]);
    });
  }
});
