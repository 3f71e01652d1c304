import { type ByteRange, type ByteSource, hex, VmcorekitError } from '@vmcorekit/core';
import type { LostParts } from '../lost-parts.ts';
import type { WarmSources } from './warm-sources.ts';

/** Throws `bad-data` where a stretch has a lost part, after what lies before it was read. */
export function readUpToLoss(
  lost: LostParts,
  offset: number,
  target: Uint8Array,
  read: (target: Uint8Array) => number,
): number {
  for (const part of lost.in(offset, target.length)) {
    read(target.subarray(0, part.offset - offset));
    throw new VmcorekitError('bad-data', {
      codec: 'aff4',
      because: `a part of the image is lost, from its offset ${hex(part.offset)} on: ${part.because}`,
    });
  }
  return read(target);
}

/** A stream of AFF4 of which parts may be lost. Those are never zero. */
export class LossySource implements ByteSource {
  readonly name: string;
  readonly sizeInBytes: number;
  readonly #chunks: ByteSource;
  readonly #lost: LostParts;
  readonly #chunkInBytes: number;
  readonly #warm: WarmSources;

  constructor(chunks: ByteSource, lost: LostParts, chunkInBytes: number, warm: WarmSources) {
    this.name = chunks.name;
    this.sizeInBytes = chunks.sizeInBytes;
    this.#chunks = chunks;
    this.#lost = lost;
    this.#chunkInBytes = chunkInBytes;
    this.#warm = warm;
  }

  readInto(offset: number, target: Uint8Array): number {
    this.#warm.use(this.#chunks);
    return readUpToLoss(this.#lost, offset, target, (part) => this.#chunks.readInto(offset, part));
  }

  lostRanges(offset: number, lengthInBytes: number): Iterable<ByteRange> {
    return this.#lost.in(offset, lengthInBytes);
  }

  decodedInBytes(offset: number, lengthInBytes: number): number {
    const first = Math.floor(offset / this.#chunkInBytes);
    const after = Math.ceil((offset + lengthInBytes) / this.#chunkInBytes);
    return (after - first) * this.#chunkInBytes;
  }

  [Symbol.dispose](): void {
    this.#chunks[Symbol.dispose]();
  }
}
