import { type ByteSource, CountingSource, type VmcorekitError } from '@vmcorekit/core';

/**
 * Counts the bytes read from all files of one dump, below caches and containers: what is requested
 * from the files themselves.
 */
export class ReadCounter {
  readonly #sources: CountingSource[] = [];

  get bytesRead(): number {
    return this.#sources.reduce((sum, source) => sum + source.bytesRead, 0);
  }

  /** The first error of a read of any of them; null while none failed. */
  get failure(): VmcorekitError | null {
    return this.#sources.find(({ failure }) => failure !== null)?.failure ?? null;
  }

  /** The same file, with its reads counted. */
  counted(source: ByteSource): ByteSource {
    const counting = new CountingSource(source);
    this.#sources.push(counting);
    return counting;
  }
}
