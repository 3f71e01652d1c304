import type { SavedProc } from '../truth/saved-proc.ts';
import type { AnsweredTask } from './answers.ts';
import { subjectOf, type TaskTruth } from './compare-tasks.ts';
import { proveMoved } from './moved.ts';
import { decodeSaved } from './saved-tasks.ts';

/** A process of the guest, by its first thread. */
export interface SavedProcess {
  readonly pid: number;
  readonly subject: string;
  readonly kernelThread: boolean;
  /** The proof that one of its threads moved, so that nothing of it can be compared. */
  readonly moved: string | undefined;
}

/** The guest's processes; a process moved where one of its threads did. */
export function readProcesses(
  truth: TaskTruth,
  answeredTasks: readonly AnsweredTask[],
): readonly SavedProcess[] {
  const answered = new Map(answeredTasks.map((task) => [task.pid, task]));
  const proofs = new Map<number, string>();
  for (const task of truth.tasks.values()) {
    const proof =
      task.tgid === truth.savedBy
        ? 'it read /proc'
        : task.state === 'Z' || task.state === 'X'
          ? 'it was dead'
          : proveMoved(task, answered.get(task.pid), truth.panickedPid);
    if (proof !== undefined) {
      proofs.set(task.tgid, proof);
    }
  }
  return [...truth.tasks.values()]
    .filter(({ pid, tgid }) => pid === tgid)
    .map(({ pid, comm, kernelThread }) => ({
      pid,
      subject: subjectOf(pid, comm),
      kernelThread,
      moved: proofs.get(pid),
    }));
}

/** Names parts of processes, such as `file 3`. With its process, a part moves too. */
export class PartNames {
  readonly #moved: Map<string, string> = new Map();

  nameOf(part: string, { subject, moved }: SavedProcess): string {
    const name = `${part} of ${subject}`;
    if (moved !== undefined) {
      this.#moved.set(name, moved);
    }
    return name;
  }

  /** The proof that the process of this part moved. */
  proofOf(name: string): string | undefined {
    return this.#moved.get(name);
  }
}

/** A file of the guest's; undefined where it could not be read. */
export function savedText(proc: SavedProc, path: string): string | undefined {
  const text = proc.files[path];
  return text === undefined ? undefined : decodeSaved(text);
}

/** The rows of a table, each as its words. */
export function savedRows(proc: SavedProc, path: string): readonly (readonly string[])[] {
  return (savedText(proc, path) ?? '')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => words[0] !== '');
}
