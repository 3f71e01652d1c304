import type { ByteRange, ByteSource } from '../byte-source.ts';

/** A window of another source, clipped to its size. Owns that source. */
export class SliceSource implements ByteSource {
  readonly name: string;
  readonly sizeInBytes: number;
  readonly preferredReadInBytes: number | undefined;
  readonly #whole: ByteSource;
  readonly #start: number;

  constructor(whole: ByteSource, start: number, sizeInBytes: number, name: string = whole.name) {
    this.name = name;
    this.#whole = whole;
    this.preferredReadInBytes = whole.preferredReadInBytes;
    this.#start = start;
    this.sizeInBytes = Math.max(0, Math.min(sizeInBytes, whole.sizeInBytes - start));
  }

  readInto(offset: number, target: Uint8Array): number {
    const wanted = Math.min(target.length, this.sizeInBytes - offset);
    return wanted <= 0 ? 0 : this.#whole.readInto(this.#start + offset, target.subarray(0, wanted));
  }

  willRead(ranges: readonly ByteRange[]): void {
    this.#whole.willRead?.(
      ranges.map(({ offset, lengthInBytes }) => ({ offset: this.#start + offset, lengthInBytes })),
    );
  }

  *lostRanges(offset: number, lengthInBytes: number): Generator<ByteRange, void, void> {
    const within = Math.max(0, Math.min(lengthInBytes, this.sizeInBytes - offset));
    for (const lost of this.#whole.lostRanges?.(this.#start + offset, within) ?? []) {
      yield { offset: lost.offset - this.#start, lengthInBytes: lost.lengthInBytes };
    }
  }

  [Symbol.dispose](): void {
    this.#whole[Symbol.dispose]();
  }
}

/**
 * A window that is an entry of a container's file. Disposing it leaves that file open, because the
 * container owns it.
 */
export class EntrySource extends SliceSource {
  override [Symbol.dispose](): void {}
}
