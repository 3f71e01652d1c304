import { isHeld, type Kernel } from '@vmcorekit/core';

/** Why a part of a file is not in the dump. */
export type MissingReason =
  | 'not cached'
  | 'evicted'
  | 'swapped out'
  | 'not read yet'
  | 'not in the dump'
  | 'not proved';

/** A part of a file. The last one ends with its page, which may lie after the end of the file. */
export interface FilePart {
  readonly offsetInBytes: bigint;
  readonly lengthInBytes: bigint;
  /** Where it lies; null for a hole, which reads as zeros, and for what is missing. */
  readonly physicalAddress: number | null;
  /** Null for what is there, or is a hole. */
  readonly missing: MissingReason | null;
}

type Found = Pick<FilePart, 'physicalAddress' | 'missing'> | 'gap';

/** The parts of a file, where those alike and adjoining are one. */
export class FileParts {
  /** Each page of memory belongs to one place of one file. */
  heldPages: bigint = 0n;
  readonly #pageSize: bigint;
  readonly #found: { readonly from: bigint; end: bigint; readonly what: Found }[] = [];

  constructor(pageSize: bigint) {
    this.#pageSize = pageSize;
  }

  gap(from: bigint, end: bigint): void {
    this.#add(from, end, 'gap');
  }

  missing(from: bigint, end: bigint, missing: MissingReason): void {
    this.#add(from, end, { physicalAddress: null, missing });
  }

  held({ dump }: Kernel, from: bigint, end: bigint, physicalAddress: number): void {
    const size = Number(this.#pageSize);
    this.heldPages += end - from;
    const add = (first: bigint, after: bigint, at: number, isThere: boolean): void =>
      this.#add(
        first,
        after,
        isThere
          ? { physicalAddress: at, missing: null }
          : { physicalAddress: null, missing: 'not in the dump' },
      );
    const isHeldAt = (at: number, length: number): boolean => {
      const pieces = [...dump.image.memory.pieces(at, at + length)];
      return pieces.length > 0 && pieces.every(({ state }) => isHeld(state));
    };
    if (isHeldAt(physicalAddress, Number(end - from) * size)) {
      add(from, end, physicalAddress, true);
      return;
    }
    for (let index = from; index < end; index++) {
      const at = physicalAddress + Number(index - from) * size;
      add(index, index + 1n, at, isHeldAt(at, size));
    }
  }

  /** `gap` is why there is nothing in a gap; null where it is a hole. */
  result(gap: MissingReason | null): FilePart[] {
    return this.#found.map(({ from, end, what }) => ({
      offsetInBytes: from * this.#pageSize,
      lengthInBytes: (end - from) * this.#pageSize,
      ...(what === 'gap' ? { physicalAddress: null, missing: gap } : what),
    }));
  }

  #add(from: bigint, end: bigint, what: Found): void {
    if (end <= from) {
      return;
    }
    const last = this.#found.at(-1);
    if (last !== undefined && last.end === from && this.#follows(last, what)) {
      last.end = end;
    } else {
      this.#found.push({ from, end, what });
    }
  }

  #follows({ from, end, what: last }: { from: bigint; end: bigint; what: Found }, what: Found) {
    if (last === 'gap' || what === 'gap') {
      return last === what;
    }
    return (
      last.missing === what.missing &&
      (last.physicalAddress === null || what.physicalAddress === null
        ? last.physicalAddress === what.physicalAddress
        : what.physicalAddress === last.physicalAddress + Number((end - from) * this.#pageSize))
    );
  }
}
