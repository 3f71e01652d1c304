import { BlockHash } from './block-hash.ts';

/** RFC 1321 §3.4: the whole parts of 2^32 × |sin(i)|, and how far each step rotates. */
const sines = Uint32Array.from({ length: 64 }, (_, index) =>
  Math.floor(2 ** 32 * Math.abs(Math.sin(index + 1))),
);
const rotations = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
].flatMap((round) => [...round, ...round, ...round, ...round]);

/** MD5 (RFC 1321). It proves no origin, but dumps state it. */
export class Md5 extends BlockHash {
  protected readonly state: Uint32Array = Uint32Array.of(
    0x67452301,
    0xefcdab89,
    0x98badcfe,
    0x10325476,
  );
  readonly #words: Uint32Array = new Uint32Array(16);

  constructor() {
    super(true);
  }

  protected take(block: DataView): void {
    const { state } = this;
    const words = this.#words;
    for (let index = 0; index < 16; index += 1) {
      words[index] = block.getUint32(index * 4, true);
    }
    let a = state[0] ?? 0;
    let b = state[1] ?? 0;
    let c = state[2] ?? 0;
    let d = state[3] ?? 0;
    for (let step = 0; step < 64; step += 1) {
      let mixed: number;
      let word: number;
      if (step < 16) {
        mixed = (b & c) | (~b & d);
        word = step;
      } else if (step < 32) {
        mixed = (d & b) | (~d & c);
        word = (5 * step + 1) & 15;
      } else if (step < 48) {
        mixed = b ^ c ^ d;
        word = (3 * step + 5) & 15;
      } else {
        mixed = c ^ (b | ~d);
        word = (7 * step) & 15;
      }
      const sum = (a + mixed + (sines[step] ?? 0) + (words[word] ?? 0)) | 0;
      const by = rotations[step] ?? 0;
      a = d;
      d = c;
      c = b;
      b = (b + ((sum << by) | (sum >>> (32 - by)))) | 0;
    }
    state[0] = (state[0] ?? 0) + a;
    state[1] = (state[1] ?? 0) + b;
    state[2] = (state[2] ?? 0) + c;
    state[3] = (state[3] ?? 0) + d;
  }
}
