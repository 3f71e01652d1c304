import { type ByteRange, type Damage, hex, lowestIndex, sizeText } from '@vmcorekit/core';

/** Parts that reports list one by one. */
const maxListed = 16;

export interface LostPart extends ByteRange {
  readonly because: string;
}

/** The parts of an image that its set has lost. */
export class LostParts {
  /** Ascending, and apart from each other. */
  readonly #parts: readonly LostPart[];

  /** Of parts that overlap, the first one's reason counts. */
  constructor(parts: readonly LostPart[]) {
    const apart: LostPart[] = [];
    for (const part of parts.toSorted((one, other) => one.offset - other.offset)) {
      const last = apart.at(-1);
      const lastEnd = last === undefined ? 0 : last.offset + last.lengthInBytes;
      const end = part.offset + part.lengthInBytes;
      const offset = Math.max(part.offset, lastEnd);
      if (last !== undefined && offset === lastEnd && last.because === part.because) {
        const lengthInBytes = Math.max(end, lastEnd) - last.offset;
        apart[apart.length - 1] = { ...last, lengthInBytes };
      } else if (offset < end) {
        apart.push({ offset, lengthInBytes: end - offset, because: part.because });
      }
    }
    this.#parts = apart;
  }

  /** The parts in a stretch, cut to it. */
  *in(offset: number, lengthInBytes: number): Generator<LostPart, void, void> {
    const end = offset + lengthInBytes;
    const first = lowestIndex(this.#parts.length, (index) => this.#endOf(index) <= offset);
    for (let index = first; ; index++) {
      const part = this.#parts[index];
      if (part === undefined || part.offset >= end) {
        return;
      }
      const start = Math.max(part.offset, offset);
      const partEnd = Math.min(this.#endOf(index), end);
      yield { offset: start, lengthInBytes: partEnd - start, because: part.because };
    }
  }

  damage(): Damage[] {
    const listed = this.#parts.slice(0, maxListed).map(
      ({ offset, lengthInBytes, because }): Damage => ({
        name: 'image-part-lost',
        loses: 'page',
        detail: `${sizeText(lengthInBytes)} of the image are lost, from its offset ${hex(offset)} on: ${because}`,
      }),
    );
    const others = this.#parts.slice(maxListed);
    if (others.length > 0) {
      const bytes = others.reduce((sum, { lengthInBytes }) => sum + lengthInBytes, 0);
      listed.push({
        name: 'image-part-lost',
        loses: 'page',
        detail: `${sizeText(bytes)} in ${others.length} more parts of the image are lost`,
      });
    }
    return listed;
  }

  #endOf(index: number): number {
    const part = this.#parts[index];
    return part === undefined ? Infinity : part.offset + part.lengthInBytes;
  }
}
