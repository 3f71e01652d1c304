import type { DumpImage } from '../dump-image.ts';
import { isVmcorekitError, VmcorekitError } from '../errors.ts';
import { isZero } from '../is-zero.ts';
import { PfnSet } from '../memory/pfn-set.ts';
import { readHeld } from '../memory/pieces.ts';
import type { FilteredPage, PageDecision, PageFilter } from '../page-filter.ts';
import type { PageState } from '../page-state.ts';
import { asPluginError, describeThrown } from '../plugin-error.ts';
import type { Progress } from '../progress.ts';

/** What the writer does with every page of a dump. */
export interface PagePlan {
  readonly exists: PfnSet;
  /** Pages whose bytes a reader will know: stored, or zero. */
  readonly dumped: PfnSet;
  /** Dumped pages already known to be zero. For a partial page: all its held bytes are zero. */
  readonly zero: PfnSet;
  /**
   * Dumped pages of which the image holds only a part. `memory.pieces` says which part, `readHeld`
   * reads it.
   */
  readonly partial: PfnSet;
  /** Partial pages whose other bytes should exist and cannot be read. */
  readonly cutOff: PfnSet;
  /** Pages that cannot be read, and so are not dumped. */
  pagesUnreadable: number;
  /**
   * Pages in the image's ranges that the image does not have, as with a missing part of a split
   * dump. The output does not have them either.
   */
  pagesAbsent: number;
}

const pagesPerStep = 512;
const decisions: readonly PageDecision[] = ['keep', 'zero', 'exclude', 'absent'];

/**
 * Asks the filters about every page of the image. Reads a page only where a filter does. Filters
 * see the real PFNs; the plan stores them less `firstPfn`, for formats that count from there.
 * Throws `plugin-failed` where a filter throws, or returns a wrong answer.
 */
export function* planPages(
  image: DumpImage,
  filters: readonly PageFilter[],
  firstPfn: number = 0,
): Generator<Progress, PagePlan, void> {
  const { memory } = image;
  const plan: PagePlan = {
    exists: new PfnSet(),
    dumped: new PfnSet(),
    zero: new PfnSet(),
    partial: new PfnSet(),
    cutOff: new PfnSet(),
    pagesUnreadable: 0,
    pagesAbsent: 0,
  };
  const deciders = filters.map((filter) => deciderOf(filter, image));
  const page = new PageUnderFilter(image);
  const pageCount = memory.ranges.reduce(
    (sum, { start, end }) => sum + (end - start) / memory.pageSizeInBytes,
    0,
  );
  let planned = 0;
  let nextPfn = 0;
  for (const range of memory.ranges) {
    const end = Math.ceil(range.end / memory.pageSizeInBytes);
    for (
      let pfn = Math.max(nextPfn, Math.floor(range.start / memory.pageSizeInBytes));
      pfn < end;
      pfn++
    ) {
      planPage(plan, page.at(pfn), deciders, pfn - firstPfn);
      planned++;
      if (planned % pagesPerStep === 0) {
        yield { kind: 'progress', doing: 'choosing pages', fraction: planned / pageCount };
      }
    }
    nextPfn = Math.max(nextPfn, end);
  }
  return plan;
}

/** Removes a page from the plan that turned out to be unreadable during writing. */
export function leaveOutUnreadable(plan: PagePlan, pfn: number): void {
  if (plan.dumped.has(pfn)) {
    for (const set of [plan.dumped, plan.zero, plan.partial, plan.cutOff]) {
      set.delete(pfn);
    }
    plan.pagesUnreadable++;
  }
}

function planPage(
  plan: PagePlan,
  page: PageUnderFilter,
  deciders: readonly Decider[],
  pfnInFile: number,
): void {
  if (page.state === 'absent') {
    plan.pagesAbsent++;
    return;
  }
  const decision = decideOrUnreadable(page, deciders);
  if (decision === 'absent') {
    return;
  }
  plan.exists.add(pfnInFile);
  if (decision === 'unreadable') {
    plan.pagesUnreadable++;
  } else if (decision !== 'exclude') {
    plan.dumped.add(pfnInFile);
    if (decision === 'zero' || page.state === 'zero') {
      plan.zero.add(pfnInFile);
    }
    if (page.state === 'partial') {
      plan.partial.add(pfnInFile);
      if (page.isCutOff()) {
        plan.cutOff.add(pfnInFile);
      }
    }
  }
}

function decideOrUnreadable(
  page: PageUnderFilter,
  deciders: readonly Decider[],
): PageDecision | 'unreadable' {
  if (page.state === 'corrupt' || page.state === 'excluded') {
    return page.state === 'corrupt' ? 'unreadable' : 'exclude';
  }
  try {
    return decide(page, deciders);
  } catch (error) {
    if (isVmcorekitError(error, 'page-unreadable')) {
      return 'unreadable';
    }
    throw error;
  }
}

interface Decider {
  readonly what: string;
  readonly decide: (page: FilteredPage) => PageDecision;
}

function deciderOf(filter: PageFilter, image: DumpImage): Decider {
  const what = `page filter '${filter.name}'`;
  try {
    return { what, decide: filter.begin(image) };
  } catch (error) {
    throw asPluginError(what, error);
  }
}

function decide(page: PageUnderFilter, deciders: readonly Decider[]): PageDecision {
  for (const decider of deciders) {
    const decision = decisionOf(decider, page);
    if (decision === 'zero' && page.state !== 'zero' && !isZero(page.bytes())) {
      throw new VmcorekitError('plugin-failed', {
        what: decider.what,
        because: `it called page ${page.pfn} zero, which it is not`,
      });
    }
    if (decision !== 'keep') {
      return decision;
    }
  }
  return 'keep';
}

function decisionOf({ what, decide: ask }: Decider, page: PageUnderFilter): PageDecision {
  let decision: PageDecision;
  try {
    decision = ask(page);
  } catch (error) {
    throw asPluginError(what, error);
  }
  if (!decisions.includes(decision)) {
    const because = `it answered ${describeThrown(decision)} for page ${page.pfn}, expected one of ${decisions.join(', ')}`;
    throw new VmcorekitError('plugin-failed', { what, because });
  }
  return decision;
}

/** The page that filters see: one object for all pages; bytes are read on demand. */
class PageUnderFilter implements FilteredPage {
  readonly #image: DumpImage;
  readonly #bytes: Uint8Array;
  #pfn = -1;
  #state: PageState = 'absent';
  #isRead = false;

  constructor(image: DumpImage) {
    this.#image = image;
    this.#bytes = new Uint8Array(image.memory.pageSizeInBytes);
  }

  get pfn(): number {
    return this.#pfn;
  }

  get state(): PageState {
    return this.#state;
  }

  at(pfn: number): this {
    this.#pfn = pfn;
    this.#state = this.#image.memory.pageState(pfn);
    this.#isRead = false;
    return this;
  }

  /** Whether some of its bytes should exist and cannot be read. */
  isCutOff(): boolean {
    const start = this.#pfn * this.#bytes.length;
    return Array.from(this.#image.memory.pieces(start, start + this.#bytes.length)).some(
      ({ state }) => state === 'corrupt',
    );
  }

  bytes(): Uint8Array {
    if (!this.#isRead) {
      const { memory } = this.#image;
      const start = this.#pfn * this.#bytes.length;
      if (this.#state === 'partial') {
        readHeld(memory, start, this.#bytes);
      } else {
        memory.readInto(start, this.#bytes);
      }
      this.#isRead = true;
    }
    return this.#bytes;
  }
}
