import { inflateSync } from 'node:zlib';
import { plugin, snappySnappyjs, snappyWasm } from '@vmcorekit/compressors';
import { propertyRuns } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { decode, guard, pageSizeInBytes } from './decode.ts';
import { pageLike } from './page-like.ts';
import { type RealPage, realPages } from './real-pages.ts';

function plain(page: RealPage): Uint8Array {
  return new Uint8Array(inflateSync(page.zlib));
}

const available = (plugin.compressors ?? []).filter((compressor) => compressor.isAvailable());

describe('compressors', () => {
  before(async () => {
    for (const compressor of available) {
      await compressor.prepare?.();
    }
  });

  it('prefers the fastest, and keeps portable ones after them', () => {
    expect((plugin.compressors ?? []).map((compressor) => compressor.name)).to.deep.equal([
      'zlib-node-wasm',
      'zlib-wasm',
      'zlib-node',
      'zlib-pako',
      'lzo-vmcorekit',
      'lzo-wasm',
      'snappy-wasm',
      'snappy-snappyjs',
      'zstd-wasm',
      'zstd-hpcc',
    ]);
    expect(new Set(available.map((compressor) => compressor.method))).to.deep.equal(
      new Set(['zlib', 'lzo', 'snappy', 'zstd']),
    );
  });

  // Found by fuzzing: snappy-wasm decoded this stream, snappyjs refused it. By the format it is
  // right (a literal of two bytes, its length in a byte of its own), though no encoder writes it:
  // so a decoder may refuse it, and neither may make other bytes of it.
  it('make the same of a short snappy literal with a long tag, or refuse it', () => {
    const stream = Uint8Array.of(2, 0xf0, 1, 7, 8);
    expect(decode(snappyWasm, stream)).to.deep.equal(Uint8Array.of(7, 8));
    expect(decode(snappySnappyjs, stream)).to.equal('bad-data');
  });

  for (const compressor of available) {
    describe(compressor.name, () => {
      const streams = realPages.map((page) => page[compressor.method as keyof RealPage]);

      it('decodes pages as QEMU stored them to what node:zlib makes of their zlib form', () => {
        for (const [index, page] of realPages.entries()) {
          expect(decode(compressor, streams[index] ?? page.zlib)).to.deep.equal(plain(page));
        }
      });

      it('returns the true length when the output is larger than the page', () => {
        for (const [index, page] of realPages.entries()) {
          expect(decode(compressor, streams[index] ?? page.zlib, 65536)).to.deep.equal(plain(page));
        }
      });

      it('refuses a stream that holds more than the output takes', () => {
        for (const stream of streams) {
          for (const size of [0, 1, 100, pageSizeInBytes - 1]) {
            expect(decode(compressor, stream, size), `${size}`).to.equal('bad-data');
          }
        }
      });

      it('refuses a stream cut at any byte', () => {
        for (const stream of streams) {
          for (let length = 0; length < stream.length; length++) {
            expect(decode(compressor, stream.subarray(0, length)), `cut at ${length}`).to.equal(
              'bad-data',
            );
          }
        }
      });

      it('refuses bytes after the end of the stream', () => {
        for (const stream of streams) {
          expect(decode(compressor, new Uint8Array([...stream, 0]))).to.equal('bad-data');
        }
      });

      it('stays inside its output whatever byte of a stream is damaged', () => {
        for (const [index, stream] of streams.entries()) {
          const good = plain(realPages[index] as RealPage);
          for (let at = 0; at < stream.length; at++) {
            for (const change of [0x01, 0x10, 0x80, 0xff]) {
              const damaged = stream.slice();
              damaged[at] = (damaged[at] ?? 0) ^ change;
              const outcome = decode(compressor, damaged);
              if (compressor.method === 'zlib') {
                expect(
                  outcome === 'bad-data' || Buffer.compare(outcome, good) === 0,
                  `byte ${at}`,
                ).to.equal(true);
              }
            }
          }
        }
      });

      it('stays inside its output on random bytes, with and without a true head', () => {
        const head = streams[0]?.subarray(0, 6) ?? new Uint8Array();
        fc.assert(
          fc.property(
            fc.uint8Array({ maxLength: 200 }),
            fc.boolean(),
            fc.nat(300),
            (bytes, withHead, size) => {
              decode(compressor, withHead ? new Uint8Array([...head, ...bytes]) : bytes, size);
            },
          ),
          { numRuns: propertyRuns(160) },
        );
      });

      it('still decodes after thousands of pages and as many failures', () => {
        const page = realPages[1] as RealPage;
        const stream = page[compressor.method as keyof RealPage];
        const turns = propertyRuns(2000);
        for (let turn = 0; turn < turns; turn++) {
          decode(compressor, stream.subarray(0, stream.length - 1));
          decode(compressor, stream);
        }
        expect(decode(compressor, stream)).to.deep.equal(plain(page));
      });

      if (compressor.encode !== undefined) {
        it('gives back what it encoded', () => {
          fc.assert(
            fc.property(pageLike, (bytes) => {
              // zstddec cannot tell a stream of nothing from damage.
              fc.pre(bytes.length > 0 || compressor.method !== 'zstd');
              const output = new Uint8Array(bytes.length * 2 + 100);
              const length = compressor.encode?.(bytes, output) ?? -1;
              expect(decode(compressor, output.subarray(0, length), bytes.length)).to.deep.equal(
                bytes,
              );
            }),
          );
        });

        it('answers -1 where the encoded page does not fit, and writes nothing', () => {
          const noise = new Uint8Array(pageSizeInBytes).map(
            (_, index) => (index * 2654435761) >>> 13,
          );
          const output = new Uint8Array(50).fill(guard);
          expect(compressor.encode?.(noise, output)).to.equal(-1);
          expect(output.every((byte) => byte === guard)).to.equal(true);
        });
      }
    });
  }
});

describe('snappy', () => {
  const refused: Record<string, number[]> = {
    'a literal whose length is negative as a signed number': [
      100, 0xfc, 0xf0, 0xff, 0xff, 0xff, 1, 2, 3, 4,
    ],
    'a copy whose offset is negative as a signed number': [
      8, 0x0c, 1, 2, 3, 4, 0x0f, 0xfc, 0xff, 0xff, 0xff,
    ],
    'fewer bytes than it declares': [8, 0x0c, 1, 2, 3, 4],
    'more bytes than it declares': [3, 0x0c, 1, 2, 3, 4],
    'a length that never ends': [0x80, 0x80, 0x80, 0x80, 0x80, 0],
  };
  for (const [what, stream] of Object.entries(refused)) {
    it(`is refused with ${what}`, () => {
      for (const codec of [snappySnappyjs, snappyWasm]) {
        expect(decode(codec, new Uint8Array(stream)), codec.name).to.equal('bad-data');
      }
    });
  }
});
