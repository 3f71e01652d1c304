import type { ByteSink } from '@vmcorekit/core';

const bufferSizeInBytes: number = 256 * 1024;

/** Writes consecutive bytes through a buffer, from one offset on. */
export class Appender {
  readonly #sink: ByteSink;
  readonly #buffer: Uint8Array = new Uint8Array(bufferSizeInBytes);
  #flushedTo: number;
  #buffered = 0;

  constructor(sink: ByteSink, fileOffset: number) {
    this.#sink = sink;
    this.#flushedTo = fileOffset;
  }

  /** The offset of the next byte. */
  get fileOffset(): number {
    return this.#flushedTo + this.#buffered;
  }

  append(bytes: Uint8Array): void {
    if (this.#buffered + bytes.length > this.#buffer.length) {
      this.flush();
    }
    if (bytes.length > this.#buffer.length) {
      this.#sink.writeAt(this.#flushedTo, bytes);
      this.#flushedTo += bytes.length;
      return;
    }
    this.#buffer.set(bytes, this.#buffered);
    this.#buffered += bytes.length;
  }

  flush(): void {
    if (this.#buffered > 0) {
      this.#sink.writeAt(this.#flushedTo, this.#buffer.subarray(0, this.#buffered));
      this.#flushedTo += this.#buffered;
      this.#buffered = 0;
    }
  }
}
