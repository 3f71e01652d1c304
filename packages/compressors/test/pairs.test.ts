import { constants, deflateRawSync, deflateSync, inflateRawSync } from 'node:zlib';
import { plugin } from '@vmcorekit/compressors';
import type { Compressor } from '@vmcorekit/core';
import { propertyRuns } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { decode, pageSizeInBytes } from './decode.ts';
import { pageLike } from './page-like.ts';
import { realPages } from './real-pages.ts';

const available = (plugin.compressors ?? []).filter((compressor) => compressor.isAvailable());

/** Each two codecs of one method. */
const pairs: readonly (readonly [Compressor, Compressor])[] = available.flatMap((one, index) =>
  available
    .slice(index + 1)
    .flatMap((other) => (other.method === one.method ? [[one, other] as const] : [])),
);

/** Values written over a stream, anywhere. */
const damage = fc.array(fc.tuple(fc.nat(100000), fc.nat(255)), { minLength: 1, maxLength: 4 });

function damaged(stream: Uint8Array, changes: readonly (readonly [number, number])[]): Uint8Array {
  const copy = stream.slice();
  for (const [at, value] of changes) {
    copy[at % copy.length] = value;
  }
  return copy;
}

/** Bytes of which few are frequent, as steep as it takes for codes of 15 bits. */
const skewed: fc.Arbitrary<Uint8Array> = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 15 }), fc.nat(0xffff)), {
    minLength: 1,
    maxLength: 4000,
  })
  .map(
    (draws) =>
      new Uint8Array(draws.map(([steepness, noise]) => (noise & ((1 << steepness) - 1)) % 251)),
  );

/**
 * Everything an encoder can be asked to do: stored, fixed and dynamic blocks, long codes, small
 * windows.
 */
const deflateOptions = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  memLevel: fc.integer({ min: 1, max: 9 }),
  windowBits: fc.integer({ min: 9, max: 15 }),
  strategy: fc.constantFrom(
    constants.Z_DEFAULT_STRATEGY,
    constants.Z_FILTERED,
    constants.Z_HUFFMAN_ONLY,
    constants.Z_RLE,
    constants.Z_FIXED,
  ),
});

describe('each two codecs of one method', () => {
  before(async () => {
    for (const compressor of available) {
      await compressor.prepare?.();
    }
  });

  it('are compared, for every method that has two', () => {
    expect(new Set(pairs.map(([one]) => one.method))).to.deep.equal(
      new Set(['zlib', 'lzo', 'snappy', 'zstd']),
    );
  });

  for (const [one, other] of pairs) {
    describe(`${one.name} and ${other.name}`, () => {
      const encoders = [one, other].filter((compressor) => compressor.encode !== undefined);

      it('give back alike what either encoded', () => {
        fc.assert(
          fc.property(fc.oneof(pageLike, skewed), (bytes) => {
            fc.pre(bytes.length > 0);
            const output = new Uint8Array(bytes.length * 2 + 100);
            for (const encoder of encoders) {
              const stream = output.subarray(0, encoder.encode?.(bytes, output) ?? 0);
              expect(decode(one, stream, bytes.length)).to.deep.equal(bytes);
              expect(decode(other, stream, bytes.length)).to.deep.equal(bytes);
            }
          }),
        );
      });

      it('both refuse a damaged stream or both give the same bytes', () => {
        const encoded = pageLike.chain((bytes) => {
          const output = new Uint8Array(bytes.length * 2 + 100);
          return fc.constantFrom(
            ...encoders.map((encoder) => output.slice(0, encoder.encode?.(bytes, output) ?? 0)),
            ...realPages.map((page) => page[one.method as keyof typeof page]),
          );
        });
        fc.assert(
          fc.property(
            encoded,
            damage,
            fc.constantFrom(100, pageSizeInBytes, 60000),
            (stream, changes, size) => {
              fc.pre(stream.length > 0);
              const broken = damaged(stream, changes);
              expect(decode(one, broken, size)).to.deep.equal(decode(other, broken, size));
            },
          ),
          { numRuns: propertyRuns(100) },
        );
      });

      it('both refuse bytes that no encoder wrote, or both give the same', () => {
        const head =
          realPages[0]?.[one.method as keyof (typeof realPages)[number]].subarray(0, 6) ??
          new Uint8Array();
        fc.assert(
          fc.property(
            fc.uint8Array({ maxLength: 120 }),
            fc.boolean(),
            fc.nat(300),
            (bytes, withHead, size) => {
              const stream = withHead ? new Uint8Array([...head, ...bytes]) : bytes;
              expect(decode(one, stream, size)).to.deep.equal(decode(other, stream, size));
            },
          ),
          { numRuns: propertyRuns(160) },
        );
      });

      if (one.method === 'zlib') {
        it('decode every kind of block alike', () => {
          fc.assert(
            fc.property(fc.oneof(pageLike, skewed), deflateOptions, (bytes, options) => {
              const stream = new Uint8Array(deflateSync(bytes, options));
              expect(decode(one, stream, bytes.length)).to.deep.equal(bytes);
              expect(decode(other, stream, bytes.length)).to.deep.equal(bytes);
            }),
            { numRuns: propertyRuns(40) },
          );
        });

        it('agree on damage that no checksum shows', () => {
          fc.assert(
            fc.property(
              fc.oneof(pageLike, skewed),
              deflateOptions,
              damage,
              (bytes, options, changes) => {
                const blocks = damaged(new Uint8Array(deflateRawSync(bytes, options)), changes);
                const stream = withTrueChecksum(blocks);
                expect(decode(one, stream, 60000)).to.deep.equal(decode(other, stream, 60000));
              },
            ),
            { numRuns: propertyRuns(160) },
          );
        });
      }
    });
  }
});

/**
 * A zlib stream of these blocks, and of the checksum of what they hold where they hold something.
 */
function withTrueChecksum(blocks: Uint8Array): Uint8Array {
  let held: Uint8Array;
  let sizeInBytes: number;
  try {
    const { buffer, engine } = inflateRawSync(blocks, {
      info: true,
      maxOutputLength: 60000,
    }) as unknown as {
      buffer: Uint8Array;
      engine: { bytesWritten: number };
    };
    held = buffer;
    sizeInBytes = engine.bytesWritten;
  } catch {
    held = new Uint8Array();
    sizeInBytes = blocks.length;
  }
  let [low, high] = [1, 0];
  for (const byte of held) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return new Uint8Array([
    0x78,
    0x01,
    ...blocks.subarray(0, sizeInBytes),
    high >> 8,
    high & 0xff,
    low >> 8,
    low & 0xff,
  ]);
}
