import type { ByteRange, ByteSource } from '../byte-source.ts';

interface Part {
  readonly source: ByteSource;
  readonly start: number;
}

/** Several sources, one after the other. Owns them. What one of them has lost, it has lost too. */
export class JoinedSource implements ByteSource {
  readonly name: string;
  readonly sizeInBytes: number;
  readonly #parts: readonly Part[];

  constructor(name: string, sources: readonly ByteSource[]) {
    this.name = name;
    let end = 0;
    this.#parts = sources.map((source) => {
      const start = end;
      end += source.sizeInBytes;
      return { source, start };
    });
    this.sizeInBytes = end;
  }

  readInto(offset: number, target: Uint8Array): number {
    let done = 0;
    for (const { source, start } of this.#parts) {
      const from = offset + done - start;
      if (from < source.sizeInBytes && done < target.length) {
        const wanted = Math.min(target.length - done, source.sizeInBytes - from);
        const got = source.readInto(from, target.subarray(done, done + wanted));
        done += got;
        if (got < wanted) {
          return done;
        }
      }
    }
    return done;
  }

  *lostRanges(offset: number, lengthInBytes: number): Generator<ByteRange, void, void> {
    for (const { source, start } of this.#parts) {
      const from = Math.max(0, offset - start);
      const to = Math.min(source.sizeInBytes, offset + lengthInBytes - start);
      if (from < to) {
        for (const lost of source.lostRanges?.(from, to - from) ?? []) {
          yield { offset: start + lost.offset, lengthInBytes: lost.lengthInBytes };
        }
      }
    }
  }

  [Symbol.dispose](): void {
    for (const { source } of this.#parts) {
      source[Symbol.dispose]();
    }
  }
}
