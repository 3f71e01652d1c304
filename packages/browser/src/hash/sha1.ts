import { BlockHash } from './block-hash.ts';

/** SHA-1 (FIPS 180-4 §6.1). */
export class Sha1 extends BlockHash {
  protected readonly state: Uint32Array = Uint32Array.of(
    0x67452301,
    0xefcdab89,
    0x98badcfe,
    0x10325476,
    0xc3d2e1f0,
  );
  readonly #words: Uint32Array = new Uint32Array(80);

  constructor() {
    super(false);
  }

  protected take(block: DataView): void {
    const { state } = this;
    const words = this.#words;
    for (let index = 0; index < 16; index += 1) {
      words[index] = block.getUint32(index * 4);
    }
    for (let index = 16; index < 80; index += 1) {
      const mixed =
        (words[index - 3] ?? 0) ^
        (words[index - 8] ?? 0) ^
        (words[index - 14] ?? 0) ^
        (words[index - 16] ?? 0);
      words[index] = (mixed << 1) | (mixed >>> 31);
    }
    let a = state[0] ?? 0;
    let b = state[1] ?? 0;
    let c = state[2] ?? 0;
    let d = state[3] ?? 0;
    let e = state[4] ?? 0;
    for (let step = 0; step < 80; step += 1) {
      const mixed =
        step < 20
          ? ((b & c) | (~b & d)) + 0x5a827999
          : step < 40
            ? (b ^ c ^ d) + 0x6ed9eba1
            : step < 60
              ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
              : (b ^ c ^ d) + 0xca62c1d6;
      const sum = (((a << 5) | (a >>> 27)) + mixed + e + (words[step] ?? 0)) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = sum;
    }
    state[0] = (state[0] ?? 0) + a;
    state[1] = (state[1] ?? 0) + b;
    state[2] = (state[2] ?? 0) + c;
    state[3] = (state[3] ?? 0) + d;
    state[4] = (state[4] ?? 0) + e;
  }
}
