import type { Hash } from '@vmcorekit/core';

/** Source: xxHash fast digest algorithm, 0.1.1, XXH32. */
const [prime1, prime2, prime3, prime4, prime5] = [
  0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1,
] as const;
const stripeInBytes = 16;

/** xxHash of 32 bits with seed 0, of any number of bytes in any number of parts. */
export class Xxh32 implements Hash {
  readonly #lanes: Int32Array = Int32Array.of(prime1 + prime2, prime2, 0, -prime1);
  /** What does not fill a stripe yet. */
  readonly #rest: Uint8Array = new Uint8Array(stripeInBytes);
  #total = 0;

  update(bytes: Uint8Array): void {
    let at = 0;
    const kept = this.#total % stripeInBytes;
    this.#total += bytes.length;
    if (kept > 0) {
      at = Math.min(stripeInBytes - kept, bytes.length);
      this.#rest.set(bytes.subarray(0, at), kept);
      if (kept + at < stripeInBytes) {
        return;
      }
      this.#addStripes(this.#rest);
    }
    const end = bytes.length - ((bytes.length - at) % stripeInBytes);
    this.#addStripes(bytes.subarray(at, end));
    this.#rest.set(bytes.subarray(end));
  }

  digest(): Uint8Array {
    const [one = 0, two = 0, three = 0, four = 0] = this.#lanes;
    let sum =
      this.#total < stripeInBytes
        ? prime5
        : rotated(one, 1) + rotated(two, 7) + rotated(three, 12) + rotated(four, 18);
    sum = (sum + this.#total) | 0;
    const view = new DataView(this.#rest.buffer);
    const left = this.#total % stripeInBytes;
    let at = 0;
    for (; at + 4 <= left; at += 4) {
      sum = Math.imul(rotated(sum + Math.imul(view.getInt32(at, true), prime3), 17), prime4);
    }
    for (; at < left; at++) {
      sum = Math.imul(rotated(sum + Math.imul(view.getUint8(at), prime5), 11), prime1);
    }
    sum = Math.imul(sum ^ (sum >>> 15), prime2);
    sum = Math.imul(sum ^ (sum >>> 13), prime3);
    const digest = new Uint8Array(4);
    new DataView(digest.buffer).setInt32(0, sum ^ (sum >>> 16));
    return digest;
  }

  #addStripes(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let [one = 0, two = 0, three = 0, four = 0] = this.#lanes;
    for (let at = 0; at < bytes.length; at += stripeInBytes) {
      one = round(one, view.getInt32(at, true));
      two = round(two, view.getInt32(at + 4, true));
      three = round(three, view.getInt32(at + 8, true));
      four = round(four, view.getInt32(at + 12, true));
    }
    this.#lanes.set([one, two, three, four]);
  }
}

function round(lane: number, word: number): number {
  return Math.imul(rotated(lane + Math.imul(word, prime2), 13), prime1);
}

function rotated(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
