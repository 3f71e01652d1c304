import type { AnalyzerData } from 'vmcorekit';
import type { SavedProc } from '../truth/saved-proc.ts';
import type { Comparison } from './difference.ts';
import { type SavedProcess, savedText } from './resting-processes.ts';
import { compareSubjects, type Fields } from './subjects.ts';

type Pool = NonNullable<AnalyzerData['workqueue']>['pools'][number];
type Worker = Pool['workers'][number];
type AnsweredWorker = Pick<Worker, 'task' | 'state' | 'description'> & {
  readonly work: Pick<NonNullable<Worker['work']>, 'function'> | null;
};

/**
 * A worker's name in /proc: `kworker/u8:3+loop1` has a work of the workqueue loop1, and with a dash
 * it had one last. Rescuers are named after their workqueue. Source: Linux, kernel/workqueue.c
 * (wq_worker_comm).
 */
const workerName = /^kworker\/(?!R-)([^+-]*)(?:([+-])(.*))?$/;

/** Compares the workers, what each does or did last, and the module of a work that runs. */
export function compareWorkers(
  answer: { readonly pools: readonly { readonly workers: readonly AnsweredWorker[] }[] },
  processes: readonly SavedProcess[],
  proc: SavedProc,
): Comparison {
  const moved = new Map<string, string | undefined>();
  const truth = new Map<string, Fields>();
  for (const process of processes) {
    const fields = savedFields(proc, process);
    if (fields !== undefined) {
      truth.set(subjectOf(process.pid), fields);
    }
    moved.set(subjectOf(process.pid), process.moved);
  }
  const answered = new Map(
    answer.pools.flatMap(({ workers }) =>
      workers.flatMap((worker) =>
        worker.task === null || worker.task === undefined
          ? []
          : [[subjectOf(worker.task.pid), answeredFields(worker)] as const],
      ),
    ),
  );
  return compareSubjects(truth, answered, (subject) =>
    moved.has(subject) ? moved.get(subject) : 'it started after the guest had looked',
  );
}

function subjectOf(pid: number): string {
  return `worker ${pid}`;
}

function savedFields(proc: SavedProc, { pid }: SavedProcess): Fields | undefined {
  const name = /^Name:\t(.*)$/m.exec(savedText(proc, `/proc/${pid}/status`) ?? '')?.[1] ?? '';
  const match = workerName.exec(name);
  if (match === null) {
    return undefined;
  }
  const [, , mark = '-', description = ''] = match;
  const stack = savedText(proc, `/proc/${pid}/task/${pid}/stack`) ?? '';
  const runs = /^.*\n(?=.* process_one_work\+)/m.exec(stack)?.[0];
  return {
    isBusy: mark === '+',
    description,
    module: runs === undefined ? undefined : (/\[(\w+)\]\n$/.exec(runs)?.[1] ?? ''),
  };
}

function answeredFields({ state, description, work }: AnsweredWorker): Fields {
  const code = work?.function;
  return {
    isBusy: state === 'busy',
    description,
    module: code === null || code === undefined ? undefined : (code.module ?? ''),
  };
}
