import { type Dump, endOfPhysicalSpace, type Progress } from '@vmcorekit/core';
import { type FindRequest, type Matches, physicalStretches } from '@vmcorekit/engine';
import { runInThreads } from '@vmcorekit/node';
import { areThreadsWorth, usualWorthInBytes } from '../threads-worth.ts';

/** Threads take stretches one by one, because the time for each depends on what it stores. */
const stretchInBytes: number = 16 << 20;
/** Enough for 16 TiB. A hostile file may state a million times as much. */
const maxTasks = 2 ** 20;

/** What a thread gets once. Each stretch has the rest. */
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
 * Searches physical memory in so many threads. Null if that gains nothing or failed: then the
 * caller's thread must do it, and gets the error. The threads open the files with the built-in
 * plug-ins only. They end once the first stretches hold as many hits as wanted.
 */
export async function findInThreads(
  dump: Pick<Dump, 'files' | 'containers' | 'image'>,
  request: FindRequest,
  threadCount: number,
  {
    signal,
    onProgress,
  }: { readonly signal: AbortSignal; readonly onProgress?: (progress: Progress) => void },
  worthInBytes: number = usualWorthInBytes,
  workerUrl: URL = new URL('./find-worker.js', import.meta.url),
): Promise<Matches | null> {
  if (request.root !== undefined || !areThreadsWorth(dump, threadCount, worthInBytes)) {
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
      workerUrl,
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

/** The results of the stretches up to the first that is not done. */
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

  /** The next stretch, if it is done and more is wanted. */
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

/**
 * Splits memory at multiples, so that no page lies in two stretches. A hit that ends in the next
 * stretch is found in the one where it begins. Null for too many stretches.
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
