import { type ByteSource, isVmcorekitError } from '@vmcorekit/core';

const pieceInBytes = 4096;
/** No header begins so, and it is no zero. */
const filler = 0xff;

/**
 * What a container's file still has: bytes that it has lost, or that do not decode, read as 0xff. A
 * walk through ranges goes on after them. Memory is never read through it. The caller keeps the
 * inner source.
 */
export class ReadableSource implements ByteSource {
  readonly name: string;
  readonly sizeInBytes: number;
  readonly #inner: ByteSource;

  constructor(inner: ByteSource) {
    this.name = inner.name;
    this.sizeInBytes = inner.sizeInBytes;
    this.#inner = inner;
  }

  readInto(offset: number, target: Uint8Array): number {
    let got = this.#tryRead(offset, target);
    if (got === undefined) {
      got = Math.max(0, Math.min(target.length, this.sizeInBytes - offset));
      for (let done = 0; done < got; ) {
        const end = Math.min(got, done + pieceInBytes - ((offset + done) % pieceInBytes));
        const piece = target.subarray(done, end);
        if (this.#tryRead(offset + done, piece) === undefined) {
          piece.fill(filler);
        }
        done = end;
      }
    }
    for (const lost of this.#inner.lostRanges?.(offset, got) ?? []) {
      const from = lost.offset - offset;
      target.fill(filler, from, from + lost.lengthInBytes);
    }
    return got;
  }

  [Symbol.dispose](): void {}

  #tryRead(offset: number, target: Uint8Array): number | undefined {
    try {
      return this.#inner.readInto(offset, target);
    } catch (error) {
      if (isVmcorekitError(error, 'bad-data')) {
        return undefined;
      }
      throw error;
    }
  }
}
