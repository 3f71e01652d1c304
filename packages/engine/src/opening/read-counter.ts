import { type ByteSource, CountingSource, type VmcorekitError } from '@vmcorekit/core';

/**
 * Counts what is read of all files of one dump, below caches and containers: what the files are
 * asked for.
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

  /** The same file, counted. */
  counted(source: ByteSource): ByteSource {
    const counting = new CountingSource(source);
    this.#sources.push(counting);
    return counting;
  }
}
