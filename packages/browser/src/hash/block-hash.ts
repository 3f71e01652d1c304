import type { Hash } from '@vmcorekit/core';

const blockInBytes = 64;
/** Where the length of the message stands in the last block. */
const lengthAt = 56;

/**
 * What MD5, SHA-1 and SHA-256 have in common: 64-byte blocks, a bit of 1, zeros, and the length in
 * bits. Sources: RFC 1321 §3, FIPS 180-4 §5.1.1.
 */
export abstract class BlockHash implements Hash {
  protected abstract readonly state: Uint32Array;
  readonly #isLittleEndian: boolean;
  readonly #block: Uint8Array = new Uint8Array(blockInBytes);
  #held = 0;
  #lengthInBytes = 0;

  protected constructor(isLittleEndian: boolean) {
    this.#isLittleEndian = isLittleEndian;
  }

  /** Takes a block of 64 bytes into the state. */
  protected abstract take(block: DataView): void;

  update(bytes: Uint8Array): this {
    this.#lengthInBytes += bytes.length;
    this.#add(bytes);
    return this;
  }

  /** Ends the hash; nothing can be added after it. */
  digest(): Uint8Array {
    const lengthInBits = BigInt(this.#lengthInBytes) * 8n;
    const zeros = (2 * blockInBytes + lengthAt - 1 - this.#held) % blockInBytes;
    const end = new Uint8Array(1 + zeros + 8);
    end[0] = 0x80;
    new DataView(end.buffer).setBigUint64(1 + zeros, lengthInBits, this.#isLittleEndian);
    this.#add(end);
    const digest = new Uint8Array(this.state.length * 4);
    const view = new DataView(digest.buffer);
    for (const [index, word] of this.state.entries()) {
      view.setUint32(index * 4, word, this.#isLittleEndian);
    }
    return digest;
  }

  #add(bytes: Uint8Array): void {
    let at = 0;
    if (this.#held > 0) {
      at = Math.min(blockInBytes - this.#held, bytes.length);
      this.#block.set(bytes.subarray(0, at), this.#held);
      this.#held += at;
      if (this.#held < blockInBytes) {
        return;
      }
      this.take(new DataView(this.#block.buffer));
      this.#held = 0;
    }
    for (; at + blockInBytes <= bytes.length; at += blockInBytes) {
      this.take(new DataView(bytes.buffer, bytes.byteOffset + at, blockInBytes));
    }
    this.#block.set(bytes.subarray(at));
    this.#held = bytes.length - at;
  }
}
