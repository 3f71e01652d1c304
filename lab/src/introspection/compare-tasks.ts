import type { AnsweredTask, PsAnswer } from './answers.ts';
import { type Comparison, compareField, type Difference } from './difference.ts';
import { proveMoved } from './moved.ts';
import type { SavedTask } from './saved-tasks.ts';

/** The truth about a guest's tasks. */
export interface TaskTruth {
  readonly tasks: ReadonlyMap<number, SavedTask>;
  /** A task with a greater pid started after the guest had looked. */
  readonly greatestPid: number;
  /** The process that looked, which ends when it is done. */
  readonly savedBy: number;
  readonly panickedPid: number | undefined;
}

/** Compares the answered tasks with the guest's, without the idle tasks, which /proc lacks. */
export function compareTasks(answer: PsAnswer, truth: TaskTruth): Comparison {
  const excluded: { subject: string; proof: string }[] = [];
  const differences: Difference[] = [];
  const answered = new Map(answer.tasks.map((task) => [task.pid, task]));
  let compared = 0;
  for (const saved of truth.tasks.values()) {
    const subject = subjectOf(saved.pid, saved.comm);
    const task = answered.get(saved.pid);
    const proof = proveMoved(saved, task, truth.panickedPid);
    if (proof !== undefined) {
      excluded.push({ subject, proof });
    }
    if (task !== undefined) {
      compared++;
      differences.push(...compareTask(subject, saved, task, proof !== undefined));
    } else if (proof === undefined && saved.tgid !== truth.savedBy) {
      differences.push({ subject, field: 'missing', truth: saved.state, answer: '' });
    }
  }
  for (const [pid, { comm }] of answered) {
    if (pid !== 0 && pid <= truth.greatestPid && !truth.tasks.has(pid)) {
      const subject = subjectOf(pid, comm ?? '');
      differences.push({ subject, field: 'extra', truth: '', answer: String(pid) });
    }
  }
  return { compared, excluded, differences };
}

export function subjectOf(pid: number, comm: string): string {
  return `task ${pid} ${JSON.stringify(comm)}`;
}

/** What a task keeps, whatever it does. */
const lasting = ['uid', 'gid', 'euid', 'egid', 'nice'] as const;
/** What a task keeps only while it sleeps. */
const passing = [
  ...(['cpu', 'virtualSizeInBytes', 'residentSizeInBytes', 'minorFaults', 'majorFaults'] as const),
  ...(['voluntarySwitches', 'involuntarySwitches'] as const),
];
const nanosecondsPerTick = 1e7; // USER_HZ is 100; Linux, include/asm-generic/param.h

function startTicks({ startTimeInNanoseconds }: AnsweredTask): number | undefined {
  return typeof startTimeInNanoseconds === 'number'
    ? Math.floor(startTimeInNanoseconds / nanosecondsPerTick)
    : undefined;
}

function compareTask(
  subject: string,
  saved: SavedTask,
  task: AnsweredTask,
  hasMoved: boolean,
): readonly Difference[] {
  return [
    ...compareField(subject, 'tgid', saved.tgid, task.tgid),
    ...compareField(subject, 'ppid', saved.ppid, task.ppid),
    ...compareField(subject, 'kernelThread', saved.kernelThread, task.kernelThread),
    ...compareComm(subject, saved, task.comm, hasMoved),
    ...lasting.flatMap((field) => compareField(subject, field, saved[field], task[field])),
    ...compareField(subject, 'startTimeInTicks', saved.startTimeInTicks, startTicks(task)),
    ...(hasMoved
      ? []
      : [
          ...(wasWoken(saved, task)
            ? []
            : compareField(subject, 'state', saved.state, task.state?.slice(0, 1))),
          ...passing.flatMap((field) => compareField(subject, field, saved[field], task[field])),
        ]),
  ];
}

/**
 * Whether a task that slept was woken before the dump and has not run since: then it waits on a run
 * queue, which is read without its state.
 */
function wasWoken({ state }: SavedTask, task: AnsweredTask): boolean {
  return (
    /^[SDI]$/.test(state) &&
    task.state?.startsWith('R') === true &&
    task.seenBy?.includes('runqueue') === true
  );
}

/** /proc appends a worker's work to its name, and shows the full name of other kernel threads. */
function compareComm(
  subject: string,
  saved: SavedTask,
  comm: string | null | undefined,
  hasMoved: boolean,
): readonly Difference[] {
  const isPart =
    saved.kernelThread && comm !== null && comm !== undefined && saved.comm.startsWith(comm);
  const hasNewWork = hasMoved && saved.comm.startsWith('kworker/');
  return isPart || hasNewWork ? [] : compareField(subject, 'comm', saved.comm, comm);
}
