import type { MemoryPiece } from '@vmcorekit/core';

/** Parts of pages that turned out not to decode: of each page, what lies in one stretch. */
export class UndecodableParts {
  readonly #pageSizeInBytes: number;
  /** The stretches in which a page does not decode. */
  readonly #stretches: Map<number, readonly number[]> = new Map();

  constructor(pageSizeInBytes: number) {
    this.#pageSizeInBytes = pageSizeInBytes;
  }

  get isEmpty(): boolean {
    return this.#stretches.size === 0;
  }

  isInPage(pfn: number): boolean {
    return this.#stretches.has(pfn);
  }

  add(pfn: number, stretch: number): void {
    const known = this.#stretches.get(pfn) ?? [];
    if (!known.includes(stretch)) {
      this.#stretches.set(pfn, [...known, stretch]);
    }
  }

  /** A stored piece of one stretch, in pieces that decode as far as is known, and others. */
  *piecesOf(piece: MemoryPiece, stretch: number): Generator<MemoryPiece, void, void> {
    let at = piece.start;
    for (const pfn of this.#pagesIn(piece, stretch)) {
      const start = Math.max(piece.start, pfn * this.#pageSizeInBytes);
      const end = Math.min(piece.end, (pfn + 1) * this.#pageSizeInBytes);
      if (at < start) {
        yield { start: at, end: start, state: 'stored' };
      }
      yield { start, end, state: 'corrupt' };
      at = end;
    }
    if (at < piece.end) {
      yield { start: at, end: piece.end, state: 'stored' };
    }
  }

  #pagesIn({ start, end }: MemoryPiece, stretch: number): number[] {
    const first = Math.floor(start / this.#pageSizeInBytes);
    const last = Math.floor((end - 1) / this.#pageSizeInBytes);
    const candidates =
      last - first < this.#stretches.size
        ? Array.from({ length: last - first + 1 }, (_, index) => first + index)
        : [...this.#stretches.keys()]
            .filter((pfn) => pfn >= first && pfn <= last)
            .sort((a, b) => a - b);
    return candidates.filter((pfn) => this.#stretches.get(pfn)?.includes(stretch) === true);
  }
}
