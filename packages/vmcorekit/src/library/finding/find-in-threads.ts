import { statSync } from 'node:fs';
import type { Dump, Progress } from '@vmcorekit/core';
import { type FindRequest, type Matches, physicalStretches } from '@vmcorekit/engine';
import { runInThreads } from '@vmcorekit/node';

/** Stretches are dealt out: how long one takes depends on what is stored of it. */
const stretchInBytes: number = 16 << 20;
/** A thread opens the dump and warms up for itself, which takes 300 ms: so much is read by then. */
const usualWorthInBytes: number = 256 << 20;
/** Of 16 TiB; a hostile file may state a million times as much. */
const maxTasks = 2 ** 20;
const endOfPhysicalSpace = 2n ** 52n;

/** What a thread is given once, and what of it for each stretch. */
export interface FindWork {
  readonly files: readonly string[];
  readonly request: Omit<FindRequest, 'from' | 'to' | 'countUntil' | 'root'>;
}
export type FindTask = Required<Pick<FindRequest, 'from' | 'to' | 'countUntil'>>;

/** A stretch that a thread searched. */
export interface FoundInStretch extends FindTask {
  readonly matches: Matches;
}

/**
 * Searches physical memory in so many threads; null where that gains nothing, or did not work out,
 * so that the caller's thread has to do it and meets the error itself. The threads open the files
 * with the built-in plug-ins only. They end once the first stretches hold as many hits as wanted.
 */
export async function findInThreads(
  dump: Pick<Dump, 'files' | 'image'>,
  request: FindRequest,
  threadCount: number,
  {
    signal,
    onProgress,
  }: { readonly signal: AbortSignal; readonly onProgress?: (progress: Progress) => void },
  worthInBytes: number = usualWorthInBytes,
): Promise<Matches | null> {
  if (threadCount < 2 || request.root !== undefined || sizeOf(dump.files) < worthInBytes) {
    return null;
  }
  const { pattern, limit, from = 0n, to = endOfPhysicalSpace } = request;
  const tasks = tasksOf(dump, pattern.bytes.length, from, to);
  if (tasks === null) {
    return null;
  }
  const enough = new AbortController();
  const merged = new MergedMatches(tasks, limit);
  let done = 0;
  try {
    await runInThreads<FindTask, FoundInStretch>({
      workerUrl: new URL('./find-worker.js', import.meta.url),
      workerData: { files: dump.files, request: { pattern, limit } } satisfies FindWork,
      threadCount,
      tasks,
      onResult: (found) => {
        const fraction = ++done / tasks.length;
        onProgress?.({ kind: 'progress', doing: 'searching memory', fraction });
        merged.add(found);
        if (merged.matches.isLimited) {
          enough.abort();
        }
      },
      signal: AbortSignal.any([signal, enough.signal]),
    });
  } catch {
    signal.throwIfAborted();
    if (!enough.signal.aborted) {
      return null;
    }
  }
  return merged.matches;
}

/** What the stretches hold that are done without one before them that is not. */
class MergedMatches {
  readonly #tasks: readonly FindTask[];
  readonly #limit: number;
  readonly #waiting: Map<bigint, Matches> = new Map();
  #next = 0;
  matches: Matches = {
    addresses: [],
    isLimited: false,
    isCut: false,
    unsearched: { excluded: 0, absent: 0, corrupt: 0 },
  };

  constructor(tasks: readonly FindTask[], limit: number) {
    this.#tasks = tasks;
    this.#limit = limit;
  }

  add({ from, matches }: FoundInStretch): void {
    this.#waiting.set(from, matches);
    for (let next = this.#take(); next !== undefined; next = this.#take()) {
      const { addresses, unsearched, isLimited } = this.matches;
      const all = addresses.concat(next.addresses);
      this.matches = {
        addresses: all.slice(0, this.#limit),
        isLimited: isLimited || next.isLimited || all.length > this.#limit,
        isCut: false,
        unsearched: {
          excluded: unsearched.excluded + next.unsearched.excluded,
          absent: unsearched.absent + next.unsearched.absent,
          corrupt: unsearched.corrupt + next.unsearched.corrupt,
        },
      };
    }
  }

  /** The next stretch, where it is done and more is wanted. */
  #take(): Matches | undefined {
    const task = this.#tasks[this.#next];
    const matches = task === undefined ? undefined : this.#waiting.get(task.from);
    if (task === undefined || matches === undefined || this.matches.isLimited) {
      return undefined;
    }
    this.#next++;
    this.#waiting.delete(task.from);
    return matches;
  }
}

/** Of what are no files of their own, 0: a thread might not open them as cheaply. */
function sizeOf(files: readonly string[]): number {
  try {
    return files.reduce((sum, file) => sum + statSync(file).size, 0);
  } catch {
    return 0;
  }
}

/**
 * Stretches end at multiples, so that no page lies in two; what begins in one and ends in the next
 * is found in the first. Null for more stretches than are worth a list.
 */
function tasksOf(
  { image: { memory } }: Pick<Dump, 'image'>,
  patternLength: number,
  from: bigint,
  to: bigint,
): FindTask[] | null {
  const step = BigInt(stretchInBytes);
  const tasks: FindTask[] = [];
  let next = 0n;
  for (const { start, end } of physicalStretches(memory, from, to)) {
    const first = BigInt(start) / step;
    next = first > next ? first : next;
    for (; next * step < BigInt(end); next++) {
      const until = (next + 1n) * step;
      const over = until + BigInt(patternLength - 1);
      tasks.push({
        from: next * step > from ? next * step : from,
        to: over < to ? over : to,
        countUntil: until,
      });
      if (tasks.length > maxTasks) {
        return null;
      }
    }
  }
  return tasks;
}
