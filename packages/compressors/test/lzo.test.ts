import { lzoVmcorekit, lzoWasm } from '@vmcorekit/compressors';
import { isVmcorekitError } from '@vmcorekit/core';
import { propertyRuns } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { decode } from './decode.ts';

/**
 * Writes an LZO1X stream instruction by instruction, and what it decodes to. Source: Linux
 * Documentation/staging/lzo.rst.
 */
class StreamBuilder {
  readonly stream: number[] = [];
  readonly plain: number[] = [];
  #literals = 0;

  /** A run of four or more, possible only where no literals came right before. */
  literals(bytes: readonly number[], asFirstByte: boolean): void {
    if (this.#literals !== 0 || bytes.length < 4) {
      return;
    }
    if (asFirstByte && this.stream.length === 0 && bytes.length <= 238) {
      this.stream.push(17 + bytes.length);
    } else {
      this.#instruction(0, bytes.length - 3, 15);
    }
    this.stream.push(...bytes);
    this.plain.push(...bytes);
    this.#literals = 4;
  }

  match(
    kind: 'short' | 'M2' | 'M3' | 'M4',
    back: number,
    length: number,
    following: readonly number[],
  ): void {
    const within = (from: number, to: number): number =>
      from + (back % (Math.max(from, Math.min(to, this.plain.length)) - from + 1));
    const trailing = following.slice(0, 3);
    if (kind === 'short') {
      const from = this.#literals === 4 ? 0x801 : 1;
      const to = this.#literals === 4 ? 0xc00 : 0x400;
      if (this.#literals === 0 || this.plain.length < from) {
        return;
      }
      const distance = within(from, to);
      this.#operand(((distance - from) & 3) << 2, trailing, () =>
        this.stream.push((distance - from) >> 2),
      );
      this.#copy(distance, this.#literals === 4 ? 3 : 2, trailing);
    } else if (kind === 'M2' && this.plain.length > 0) {
      const distance = within(1, 0x800);
      const count = 3 + (length % 6);
      this.#operand(((count - 1) << 5) | (((distance - 1) & 7) << 2), trailing, () =>
        this.stream.push((distance - 1) >> 3),
      );
      this.#copy(distance, count, trailing);
    } else if (kind === 'M3' && this.plain.length > 0) {
      const distance = within(1, 0x4000);
      const count = Math.max(3, length);
      this.#instruction(32, count - 2, 31);
      this.#operand(((distance - 1) & 63) << 2, trailing, () =>
        this.stream.push((distance - 1) >> 6),
      );
      this.#copy(distance, count, trailing);
    } else if (kind === 'M4' && this.plain.length > 0x4000) {
      const distance = within(0x4001, 0xbfff);
      const count = Math.max(3, length);
      const coded = distance - 0x4000;
      this.#instruction(16 | ((coded >> 11) & 8), count - 2, 7);
      this.#operand((coded & 63) << 2, trailing, () => this.stream.push((coded >> 6) & 0xff));
      this.#copy(distance, count, trailing);
    }
  }

  end(): Uint8Array {
    this.stream.push(17, 0, 0);
    return new Uint8Array(this.stream);
  }

  #instruction(bits: number, count: number, limit: number): void {
    this.stream.push(bits | (count <= limit ? count : 0));
    for (let rest = count - limit; rest > 0; rest -= 255) {
      this.stream.push(rest > 255 ? 0 : rest);
    }
  }

  /** The byte that also says how many literals follow. */
  #operand(bits: number, trailing: readonly number[], next: () => void): void {
    this.stream.push(bits | trailing.length);
    next();
  }

  #copy(distance: number, count: number, trailing: readonly number[]): void {
    for (let i = 0; i < count; i++) {
      this.plain.push(this.plain[this.plain.length - distance] ?? -1);
    }
    this.stream.push(...trailing);
    this.plain.push(...trailing);
    this.#literals = trailing.length;
  }
}

const bytes = (minLength: number, maxLength: number): fc.Arbitrary<number[]> =>
  fc.array(fc.nat(255), { minLength, maxLength });

const built = fc
  .array(
    fc.record({
      run: fc.oneof(bytes(4, 40), bytes(250, 800)),
      asFirstByte: fc.boolean(),
      kind: fc.constantFrom('short' as const, 'M2' as const, 'M3' as const, 'M4' as const),
      back: fc.nat(0xffff),
      length: fc.oneof(fc.integer({ min: 3, max: 40 }), fc.integer({ min: 200, max: 20000 })),
      following: bytes(0, 3),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((steps) => {
    const builder = new StreamBuilder();
    for (const step of steps) {
      builder.literals(step.run, step.asFirstByte);
      builder.match(step.kind, step.back, step.length, step.following);
    }
    return { stream: builder.end(), plain: new Uint8Array(builder.plain) };
  });

describe('lzo', () => {
  before(() => lzoWasm.prepare?.());

  for (const codec of [lzoWasm, lzoVmcorekit]) {
    it(`is decoded by ${codec.name} with every kind of instruction, and never past the end`, () => {
      fc.assert(
        fc.property(built, ({ stream, plain }) => {
          const output = new Uint8Array(plain.length + 20).fill(0xa5);
          expect(codec.decode(stream, output)).to.equal(plain.length);
          expect(Buffer.compare(output.subarray(0, plain.length), plain)).to.equal(0);
          expect(output.subarray(plain.length).every((byte) => byte === 0xa5)).to.equal(true);
        }),
        { numRuns: propertyRuns(100) },
      );
    });
  }

  it('is decoded alike by both where any instruction is damaged', () => {
    fc.assert(
      fc.property(
        built,
        fc.nat(100000),
        fc.nat(255),
        fc.boolean(),
        ({ stream, plain }, at, value, exact) => {
          stream[at % stream.length] = value;
          const size = exact ? plain.length : plain.length + 3000;
          const [ours, theirs] = [
            decode(lzoVmcorekit, stream, size),
            decode(lzoWasm, stream, size),
          ];
          expect(typeof ours).to.equal(typeof theirs);
          expect(
            typeof ours === 'string' || Buffer.compare(ours, theirs as Uint8Array) === 0,
          ).to.equal(true);
        },
      ),
      { numRuns: propertyRuns(200) },
    );
  });

  it('never reaches lzo-wasm’s library damaged: it leaks at each failure', () => {
    fc.assert(
      fc.property(built, fc.nat(100000), fc.nat(255), ({ stream, plain }, at, value) => {
        stream[at % stream.length] = value;
        try {
          lzoWasm.decode(stream, new Uint8Array(plain.length));
        } catch (error) {
          expect(isVmcorekitError(error, 'bad-data') && error.message).to.not.match(
            /refuses the stream/,
          );
        }
      }),
      { numRuns: propertyRuns(200) },
    );
  });
});
