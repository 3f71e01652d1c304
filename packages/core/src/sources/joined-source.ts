import type { ByteSource } from '../byte-source.ts';

/** Several sources, one after the other. Owns them. */
export class JoinedSource implements ByteSource {
  readonly name: string;
  readonly sizeInBytes: number;
  readonly #parts: readonly ByteSource[];

  constructor(name: string, parts: readonly ByteSource[]) {
    this.name = name;
    this.#parts = parts;
    this.sizeInBytes = parts.reduce((sum, { sizeInBytes }) => sum + sizeInBytes, 0);
  }

  readInto(offset: number, target: Uint8Array): number {
    let done = 0;
    let start = 0;
    for (const part of this.#parts) {
      const from = offset + done - start;
      if (from < part.sizeInBytes && done < target.length) {
        const wanted = Math.min(target.length - done, part.sizeInBytes - from);
        const got = part.readInto(from, target.subarray(done, done + wanted));
        done += got;
        if (got < wanted) {
          return done;
        }
      }
      start += part.sizeInBytes;
    }
    return done;
  }

  [Symbol.dispose](): void {
    for (const part of this.#parts) {
      part[Symbol.dispose]();
    }
  }
}
