import type { ByteRange, ByteSource, Transfer } from '../byte-source.ts';
import { VmcorekitError } from '../errors.ts';
import { asPluginError } from '../plugin-error.ts';
import { plural } from '../text.ts';

/**
 * Counts the bytes read from another source, and fails where that source is shorter than the size
 * it gave. Lies below caches and containers, so it counts what is requested from the file itself.
 */
export class CountingSource implements ByteSource {
  readonly name: string;
  readonly sizeInBytes: number;
  readonly preferredReadInBytes: number | undefined;
  readonly #inner: ByteSource;
  #bytesRead = 0;
  #failure: VmcorekitError | null = null;

  constructor(inner: ByteSource) {
    this.name = inner.name;
    this.sizeInBytes = inner.sizeInBytes;
    this.preferredReadInBytes = inner.preferredReadInBytes;
    this.#inner = inner;
  }

  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** The first error of a read; null while none failed. */
  get failure(): VmcorekitError | null {
    return this.#failure;
  }

  get transfer(): Transfer | undefined {
    return this.#inner.transfer;
  }

  readInto(offset: number, target: Uint8Array): number {
    try {
      const got = this.#inner.readInto(offset, target);
      this.#checkLength(offset, target.length, got);
      this.#bytesRead += got;
      return got;
    } catch (error) {
      this.#failure ??= asPluginError(this.name, error);
      throw error;
    }
  }

  /**
   * A source that gives fewer bytes than its size became shorter. The missing bytes may be what the
   * caller looked for.
   */
  #checkLength(offset: number, wanted: number, got: number): void {
    const expected = Math.max(0, Math.min(wanted, this.sizeInBytes - offset));
    if (!Number.isInteger(got) || got < expected || got > wanted) {
      throw new VmcorekitError('io', {
        file: this.name,
        because: `a read of ${plural(expected, 'byte')} at ${offset} gave ${got}, though the file had ${plural(this.sizeInBytes, 'byte')} when it was opened`,
      });
    }
  }

  willRead(ranges: readonly ByteRange[]): void {
    this.#inner.willRead?.(ranges);
  }

  lostRanges(offset: number, lengthInBytes: number): Iterable<ByteRange> {
    return this.#inner.lostRanges?.(offset, lengthInBytes) ?? [];
  }

  [Symbol.dispose](): void {
    this.#inner[Symbol.dispose]();
  }
}
