import { inflateSync } from 'node:zlib';
import { lzoVmcorekit, lzoWasm } from '@vmcorekit/compressors';
import { propertyRuns } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { realPages } from './real-pages.ts';

/** Pages of 64 KiB (arm64, ppc64) and somewhat more. */
const longestInBytes = 70 * 1024;
const guard = 0xa5;

/**
 * Pieces of noise, runs, and copies from any distance back: together they ask for every kind of
 * instruction.
 */
const memoryLike: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.oneof(
      fc.record({
        kind: fc.constant('noise' as const),
        seed: fc.nat(0xffff),
        length: fc.oneof(fc.nat(40), fc.nat(20000)),
      }),
      fc.record({
        kind: fc.constant('run' as const),
        seed: fc.nat(255),
        length: fc.oneof(fc.nat(40), fc.nat(20000)),
      }),
      fc.record({
        kind: fc.constant('copy' as const),
        seed: fc.nat(0xffff),
        length: fc.oneof(fc.nat(12), fc.nat(3000)),
      }),
    ),
    { maxLength: 40 },
  )
  .map((pieces) => {
    const bytes = new Uint8Array(longestInBytes);
    let size = 0;
    for (const { kind, seed, length } of pieces) {
      const end = Math.min(bytes.length, size + length);
      const from = size === 0 ? 0 : seed % size;
      for (let index = 0; size < end; index++, size++) {
        bytes[size] =
          kind === 'run'
            ? seed
            : kind === 'copy'
              ? (bytes[from + index] ?? 0)
              : noise(seed + index);
      }
    }
    return bytes.subarray(0, size);
  });

function noise(index: number): number {
  return (Math.imul(index, 2654435761) >>> 11) & 0xff;
}

/** A linear congruential generator's high bytes: nothing to compress. */
function random(lengthInBytes: number): Uint8Array {
  let state = 1;
  return new Uint8Array(lengthInBytes).map(() => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state >>> 24;
  });
}

function roundTrip(page: Uint8Array): Uint8Array {
  const stream = new Uint8Array(page.length + 2000);
  const length = lzoWasm.encode?.(page, stream) ?? -1;
  const decoded = new Uint8Array(page.length);
  expect(lzoWasm.decode(stream.subarray(0, length), decoded)).to.equal(page.length);
  return decoded;
}

describe('lzo-wasm, encoding', () => {
  before(() => lzoWasm.prepare?.());

  it('gives back pages of every size up to 70 KiB', () => {
    fc.assert(
      fc.property(memoryLike, (page) => {
        expect(Buffer.compare(roundTrip(page), page)).to.equal(0);
      }),
      { numRuns: propertyRuns(50) },
    );
  });

  it('gives back every short length, of one byte repeated and of noise', () => {
    for (let length = 0; length <= 300; length++) {
      for (const page of [
        new Uint8Array(length).fill(7),
        new Uint8Array(length).map((_, index) => noise(index)),
      ]) {
        expect(roundTrip(page)).to.deep.equal(page);
      }
    }
  });

  it('begins with four literals or more: decoders disagree on a first byte of 16 to 20', () => {
    fc.assert(
      fc.property(memoryLike, (page) => {
        const stream = new Uint8Array(page.length + 2000);
        lzoWasm.encode?.(page, stream);
        if (page.length >= 4) {
          const [first = -1] = stream;
          expect(first < 16 || first >= 21, `${first}`).to.equal(true);
        }
      }),
    );
  });

  it('reaches as far back as the format does', () => {
    const page = (zeros: number): Uint8Array =>
      new Uint8Array([...random(64), ...new Uint8Array(zeros), ...random(64)]);
    const [reached, beyond] = [page(0xbfff - 64), page(0xc000 - 64)];
    expect(lengthOf(reached)).to.be.below(lengthOf(beyond) - 50);
    expect(Buffer.compare(roundTrip(reached), reached)).to.equal(0);
    expect(Buffer.compare(roundTrip(beyond), beyond)).to.equal(0);
  });

  it('returns -1 for an output one byte too small, fits the exact size, and no more', () => {
    fc.assert(
      fc.property(memoryLike, (page) => {
        const length = lengthOf(page);
        const output = new Uint8Array(length + 8).fill(guard);
        expect(lzoWasm.encode?.(page, output.subarray(0, length - 1))).to.equal(-1);
        expect(output.every((byte) => byte === guard)).to.equal(true);
        expect(lzoWasm.encode?.(page, output.subarray(0, length))).to.equal(length);
        expect(output.subarray(length).every((byte) => byte === guard)).to.equal(true);
      }),
    );
  });

  it('makes the same stream in WebAssembly', () => {
    fc.assert(
      fc.property(memoryLike, (page) => {
        const stream = new Uint8Array(page.length + 5000);
        const length = lzoVmcorekit.encode?.(page, stream) ?? -1;
        expect(Buffer.compare(stream.subarray(0, length), encoded(page))).to.equal(0);
        expect(lzoVmcorekit.encode?.(page, stream.subarray(0, length - 1))).to.equal(-1);
      }),
      { numRuns: propertyRuns(50) },
    );
  });

  it('answers -1 for noise where the output is no larger than the page', () => {
    expect(lzoWasm.encode?.(random(4096), new Uint8Array(4096))).to.equal(-1);
  });

  it('keeps nothing of the pages before, however many they were', () => {
    const page = new Uint8Array(inflateSync(realPages[0]?.zlib ?? new Uint8Array()));
    const first = encoded(page);
    for (let turn = 0; turn < 20000; turn++) {
      page[0] = turn & 0xff;
      lzoWasm.encode?.(page, new Uint8Array(4095));
    }
    page[0] = 9;
    expect(roundTrip(page)).to.deep.equal(page);
    page[0] = 0;
    expect(encoded(page).length).to.equal(first.length);
  });

  it('makes pages about as small as the encoder of QEMU', () => {
    for (const { zlib, lzo } of realPages) {
      expect(encoded(new Uint8Array(inflateSync(zlib))).length).to.be.below(lzo.length * 1.1 + 8);
    }
  });
});

function encoded(page: Uint8Array): Uint8Array {
  const stream = new Uint8Array(page.length + 5000);
  return stream.slice(0, lzoWasm.encode?.(page, stream) ?? 0);
}

function lengthOf(page: Uint8Array): number {
  return encoded(page).length;
}
