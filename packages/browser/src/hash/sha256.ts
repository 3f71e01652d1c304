import { BlockHash } from './block-hash.ts';

/** FIPS 180-4 §4.2.2: the fractions of the cube roots of the first 64 primes. */
const constants = Uint32Array.from(primes(64), (prime) => fractionOf(Math.cbrt(prime)));
/** FIPS 180-4 §5.3.3: those of the square roots of the first eight. */
const start = Uint32Array.from(primes(8), (prime) => fractionOf(Math.sqrt(prime)));

/** SHA-256 (FIPS 180-4 §6.2). */
export class Sha256 extends BlockHash {
  protected readonly state: Uint32Array = start.slice();
  readonly #words: Uint32Array = new Uint32Array(64);

  constructor() {
    super(false);
  }

  protected take(block: DataView): void {
    const { state } = this;
    const words = this.#words;
    for (let index = 0; index < 16; index += 1) {
      words[index] = block.getUint32(index * 4);
    }
    for (let index = 16; index < 64; index += 1) {
      const early = words[index - 15] ?? 0;
      const late = words[index - 2] ?? 0;
      words[index] =
        (words[index - 16] ?? 0) +
        (rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3)) +
        (words[index - 7] ?? 0) +
        (rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10));
    }
    let a = state[0] ?? 0;
    let b = state[1] ?? 0;
    let c = state[2] ?? 0;
    let d = state[3] ?? 0;
    let e = state[4] ?? 0;
    let f = state[5] ?? 0;
    let g = state[6] ?? 0;
    let h = state[7] ?? 0;
    for (let step = 0; step < 64; step += 1) {
      const sum =
        (h +
          (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) +
          ((e & f) ^ (~e & g)) +
          (constants[step] ?? 0) +
          (words[step] ?? 0)) |
        0;
      const other =
        ((rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + sum) | 0;
      d = c;
      c = b;
      b = a;
      a = (sum + other) | 0;
    }
    state[0] = (state[0] ?? 0) + a;
    state[1] = (state[1] ?? 0) + b;
    state[2] = (state[2] ?? 0) + c;
    state[3] = (state[3] ?? 0) + d;
    state[4] = (state[4] ?? 0) + e;
    state[5] = (state[5] ?? 0) + f;
    state[6] = (state[6] ?? 0) + g;
    state[7] = (state[7] ?? 0) + h;
  }
}

function rotated(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

/** The first 32 bits after the point. */
function fractionOf(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32);
}

function primes(count: number): number[] {
  const found: number[] = [];
  for (let number = 2; found.length < count; number += 1) {
    if (found.every((prime) => number % prime !== 0)) {
      found.push(number);
    }
  }
  return found;
}
