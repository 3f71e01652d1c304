import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from '../check/probe-output.ts';
import { ask } from '../check/vmcorekit.ts';
import { type SavedProc, savedProcFileName } from '../truth/saved-proc.ts';
import type { Truth } from '../truth/truth.ts';
import type { BtAnswer, ModAnswer, PsAnswer } from './answers.ts';
import { compareAnswers } from './compare-answers.ts';
import { compareModules } from './compare-modules.ts';
import { comparePanic } from './compare-panic.ts';
import { compareSignature, type SignatureAnswer } from './compare-signature.ts';
import { type AddressRange, compareStacks } from './compare-stacks.ts';
import { compareTasks, type TaskTruth } from './compare-tasks.ts';
import type { Comparison } from './difference.ts';
import { decodeSaved, greatestPid, readSavedTasks } from './saved-tasks.ts';

/** One command about one dump, compared. */
export interface IntrospectionCell {
  readonly guest: string;
  readonly format: string;
  /**
   * `ps`, `bt`, `mod` and others; or `panic`, the stack in `bt` of the CPU that panicked,
   * `signature`, what the crash is called, and `sockets`, a part of `net`.
   */
  readonly command: string;
  /** An output of null: the command claimed nothing, and this kernel has no types to claim by. */
  readonly result: Result<Comparison | null>;
}

/** Whether the guest saved its /proc, so that there is something to compare with. */
export function hasSavedProc(guestFolder: string): boolean {
  return existsSync(join(guestFolder, savedProcFileName));
}

/** Asks each command about each dump of a guest, and compares the answers with its own /proc. */
export async function introspectGuest(
  truth: Truth,
  guestFolder: string,
): Promise<readonly IntrospectionCell[]> {
  const proc = JSON.parse(readFileSync(join(guestFolder, savedProcFileName), 'utf8')) as SavedProc;
  const taskTruth: TaskTruth = {
    tasks: readSavedTasks(proc),
    greatestPid: greatestPid(proc),
    savedBy: proc.savedBy,
    panickedPid: truth.panic?.pid,
  };
  const kallsyms = decodeSaved(proc.files['/proc/kallsyms'] ?? '');
  const hasTypes = / __start_BTF$/m.test(kallsyms);
  const procModules = decodeSaved(proc.files['/proc/modules'] ?? '');
  const { panic } = truth;
  const cells: IntrospectionCell[] = [];
  for (const { file, format } of truth.dumps) {
    const path = join(guestFolder, file);
    const ps = await askOne<PsAnswer & AnswerFrame>(path, ['ps', '--json']);
    const bt = await askOne<BtAnswer & AnswerFrame>(path, ['bt', '--all', '--json']);
    const signature = await askOne<SignatureAnswer>(path, ['analyze', 'panic-signature', '--json']);
    const mod = await askOne<ModAnswer & AnswerFrame>(path, ['mod', '--json']);
    const tasksOfAnswer = 'output' in ps && ps.output.data !== null ? ps.output : { tasks: [] };
    const results = {
      ps: compareResult(ps, hasTypes, (answer) => compareTasks(answer, taskTruth)),
      bt: compareResult(bt, hasTypes, (answer) =>
        compareStacks(answer, tasksOfAnswer, taskTruth, readSchedulerText(kallsyms), hasTypes),
      ),
      ...(panic === undefined
        ? {}
        : { panic: compareResult(bt, hasTypes, (answer) => comparePanic(answer, panic)) }),
      signature: compareResult(signature, hasTypes, (answer) =>
        compareSignature(truth.guest, answer, panic),
      ),
      mod: compareResult(mod, hasTypes, (answer) => compareModules(answer, procModules)),
      ...(await compareAnswers(path, tasksOfAnswer.tasks, taskTruth, proc, hasTypes)),
    };
    for (const [command, result] of Object.entries(results)) {
      cells.push({ guest: truth.guest, format, command, result });
    }
  }
  return cells;
}

async function askOne<Output extends object>(
  file: string,
  words: readonly string[],
): Promise<Result<Output>> {
  return (await ask<Output>([file], words)).get(file) ?? { failure: 'no answer' };
}

/** What every answer has: `data` is null where the command found nothing. */
interface AnswerFrame {
  readonly data?: unknown;
}

function compareResult<Output>(
  result: Result<Output & AnswerFrame>,
  hasTypes: boolean,
  compare: (output: Output) => Comparison,
): Result<Comparison | null> {
  if ('failure' in result) {
    return result;
  }
  if (result.output.data === null) {
    return hasTypes ? { failure: 'the command claimed nothing' } : { output: null };
  }
  try {
    return { output: compare(result.output) };
  } catch (error) {
    return { failure: `cannot be compared: ${(error as Error).message}` };
  }
}

/** @throws {Error} when the guest did not save the two symbols. */
export function readSchedulerText(kallsyms: string): AddressRange {
  const address = (name: string): bigint => {
    const match = new RegExp(`^([0-9a-f]+) \\S ${name}$`, 'm').exec(kallsyms);
    if (match === null) {
      throw new Error(`the guest saved no ${name}: make it again`);
    }
    return BigInt(`0x${match[1]}`);
  };
  return { start: address('__sched_text_start'), end: address('__sched_text_end') };
}
