import { blockCodecs } from '@vmcorekit/compressors';
import type { Hash } from '@vmcorekit/core';

/** CRC-32 as zip and gzip have it, the highest byte first. */
export class Crc32 implements Hash {
  #sum = 0;

  update(bytes: Uint8Array): void {
    this.#sum = blockCodecs().crc32(bytes, this.#sum);
  }

  digest(): Uint8Array {
    const digest = new Uint8Array(4);
    new DataView(digest.buffer).setUint32(0, this.#sum);
    return digest;
  }
}
