/** Blocks `first` up to, without, `end`. */
export interface BlockRun {
  readonly first: number;
  readonly end: number;
}

/** How many blocks a request asks for. */
export interface FetchSizes extends MissSizes {
  /** After so many misses, what counts instead: much is read, and round trips take the time. */
  readonly later: MissSizes & { readonly afterMisses: number };
  /** As soon as they do, also for each request ahead. */
  readonly inOrder: number;
  /** After so many blocks one after another, reads come in order. */
  readonly untilInOrder: number;
}

export interface MissSizes {
  /** For a miss somewhere. */
  readonly first: number;
  /** For misses one after another, until reads come in order. */
  readonly most: number;
}

/**
 * Decides how much each request asks for. A miss right after the last request or right before it
 * doubles it. Where misses came one after another for a while, all is read in order, and it pays to
 * ask ahead.
 */
export class FetchPlan {
  readonly #blockCount: number;
  readonly #sizes: FetchSizes;
  /** Where the last request began, and where it ended. */
  #first: number = Number.NaN;
  #end: number;
  #size: number;
  #inOrder = 0;
  #missCount = 0;

  /** `fetchedCount` blocks at the begin of the file are there. */
  constructor(blockCount: number, fetchedCount: number, sizes: FetchSizes) {
    this.#blockCount = blockCount;
    this.#sizes = sizes;
    this.#end = fetchedCount;
    this.#size = sizes.first;
  }

  /**
   * What to request for a missing block; `through` is the last one that the read wants. Ends before
   * the first block that `isThere`. Where that or the end of the file cuts it, it asks for blocks
   * before the missing one instead: a kernel allocates page tables from the end of memory down.
   */
  forMiss(block: number, through: number, isThere: (block: number) => boolean): BlockRun {
    const isNext = block === this.#end;
    const { inOrder, later } = this.#sizes;
    const { first, most } = this.#missCount++ < later.afterMisses ? this.#sizes : later;
    const isBefore = block === this.#first - 1;
    this.#size =
      isNext || isBefore ? Math.min(this.#isInOrder ? inOrder : most, this.#size * 2) : first;
    const wanted = Math.min(inOrder, Math.max(this.#size, through - block + 1));
    const { end } = this.#runFrom(block, wanted, isThere);
    const run = { first: firstBefore(block, end - wanted, isThere), end };
    this.#first = run.first;
    this.#inOrder = isNext ? this.#inOrder + (run.end - run.first) : 0;
    this.#end = run.end;
    return run;
  }

  /** What to ask ahead while `block` is read; undefined where there is enough, or no order. */
  ahead(block: number, isThere: (block: number) => boolean): BlockRun | undefined {
    const { inOrder } = this.#sizes;
    const distance = this.#end - block;
    const isWanted = this.#isInOrder && distance >= 0 && distance <= 2 * inOrder;
    if (!isWanted || this.#end >= this.#blockCount || isThere(this.#end)) {
      return undefined;
    }
    const run = this.#runFrom(this.#end, inOrder, isThere);
    this.#first = run.first;
    this.#end = run.end;
    return run;
  }

  get #isInOrder(): boolean {
    return this.#inOrder >= this.#sizes.untilInOrder;
  }

  #runFrom(first: number, wanted: number, isThere: (block: number) => boolean): BlockRun {
    const most = Math.min(this.#blockCount, first + wanted);
    let end = first + 1;
    while (end < most && !isThere(end)) {
      end++;
    }
    return { first, end };
  }
}

/** How far down from a block nothing is there, but not below `least`. */
function firstBefore(block: number, least: number, isThere: (block: number) => boolean): number {
  let first = block;
  while (first > Math.max(0, least) && !isThere(first - 1)) {
    first--;
  }
  return first;
}
