import type { PhysicalMemory, PhysicalRange } from '../../physical-memory.ts';
import type { Progress } from '../../progress.ts';
import type { AnyMemoryLook, LookAtStretch, Stretch } from './memory-look.ts';
import { StretchReader } from './stretches.ts';

/** More than any machine has of what is looked for. A look that sees more goes on alone. */
const maxFound: number = 128 * 1024;

/** One look in a pass, and what it has seen. */
export class Lane {
  readonly found: unknown[] = [];
  readonly #look: LookAtStretch<unknown>;
  /** The number of `found` that are of whole chunks. */
  #sure = 0;
  /** Where it left the pass; undefined while it takes part. */
  leftAt: number | undefined;
  /** What the look itself threw. */
  failure: { readonly error: unknown } | undefined;

  constructor(look: AnyMemoryLook, memory: PhysicalMemory) {
    this.#look = look.begin(memory) as LookAtStretch<unknown>;
  }

  /** Whether it has seen all that its pass went over. */
  get isWhole(): boolean {
    return this.leftAt === undefined && this.failure === undefined;
  }

  see(stretch: Stretch): void {
    if (this.isWhole) {
      try {
        this.#look(stretch, this.found);
      } catch (error) {
        this.failure = { error };
      }
    }
  }

  /** Ends a chunk that begins there. */
  settle(chunkStart: number, limit: number): void {
    if (this.leftAt === undefined && this.found.length > limit) {
      this.leave(chunkStart);
    }
    this.#sure = this.found.length;
  }

  /** Leaves the pass at the chunk that begins there. */
  leave(chunkStart: number): void {
    if (this.leftAt === undefined) {
      this.found.length = this.#sure;
      this.leftAt = chunkStart;
    }
  }
}

/** One pass over all stored memory, for every look that joined it before it began. */
export class MemoryPass {
  readonly #lanes: readonly Lane[];
  readonly #limit: number;
  readonly #end: number;
  readonly #reader: StretchReader;
  readonly #runs: Iterator<PhysicalRange>;
  #rest: PhysicalRange | undefined;
  /** The end of the last chunk. */
  #at: number;
  /** A watchdog may interrupt a chunk at any place. */
  #isInChunk: boolean = false;
  isDone: boolean = false;

  /** From an address on. A lane with more than `limit` places leaves the pass. */
  constructor(
    memory: PhysicalMemory,
    lanes: readonly Lane[],
    from: number = 0,
    limit: number = maxFound,
  ) {
    this.#lanes = lanes;
    this.#limit = limit;
    this.#at = from;
    this.#end = memory.ranges.at(-1)?.end ?? 0;
    this.#reader = new StretchReader(memory);
    this.#runs = memory.storedRuns(from)[Symbol.iterator]();
  }

  /**
   * Looks at one more chunk. Where reading fails, or was interrupted, every lane leaves: each goes
   * on alone, and meets the failure itself.
   */
  advance(doing: string): Progress {
    if (this.#isInChunk) {
      this.#abandon();
    } else {
      this.#isInChunk = true;
      try {
        this.#takeChunk();
      } catch (error) {
        this.#abandon();
        throw error;
      }
      this.#isInChunk = false;
    }
    return { kind: 'progress', doing, fraction: this.#at / (this.#end || this.#at || 1) };
  }

  #takeChunk(): void {
    const run = this.#rest ?? this.#nextRun();
    if (run === undefined) {
      this.isDone = true;
      return;
    }
    const chunk = this.#reader.chunkOf(run);
    this.#reader.look(chunk, this.#see);
    for (const lane of this.#lanes) {
      lane.settle(chunk.start, this.#limit);
    }
    this.#rest = chunk.end < run.end ? { start: chunk.end, end: run.end } : undefined;
    this.#at = chunk.end;
  }

  readonly #see = (stretch: Stretch): void => {
    for (const lane of this.#lanes) {
      lane.see(stretch);
    }
  };

  #nextRun(): PhysicalRange | undefined {
    const next = this.#runs.next();
    return next.done === true ? undefined : next.value;
  }

  #abandon(): void {
    for (const lane of this.#lanes) {
      lane.leave(this.#at);
    }
    this.isDone = true;
  }
}
