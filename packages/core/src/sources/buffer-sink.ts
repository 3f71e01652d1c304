import type { ByteSink } from '../byte-source.ts';

/** Keeps what is written in memory. */
export class BufferSink implements ByteSink {
  readonly isSequential: boolean = false;
  #buffer: Uint8Array = new Uint8Array(4096);
  #sizeInBytes = 0;

  /**
   * Everything written, up to the highest offset; gaps are zero. A view: later writes may or may
   * not show in it.
   */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#sizeInBytes);
  }

  writeAt(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length;
    if (end > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#buffer.length));
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, offset);
    this.#sizeInBytes = Math.max(this.#sizeInBytes, end);
  }
}
