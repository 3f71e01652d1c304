// Imports much: a summary gathers what many rooms read.
import type { Kernel, KernelModule, Progress, StackTrace, Task } from '@vmcorekit/core';
import { timekeeperOf } from '../description/timekeeper.ts';
import { modulesOrNone } from '../modules/kernel-modules.ts';
import { type RunningCpu, runningCpusOf } from '../stacks/running-cpus.ts';
import { stackOfCpu } from '../stacks/stack-of-cpu.ts';
import { type Fact, notProved, proved } from '../system/fact.ts';
import { intactLogOf, panicCpuOf } from '../system/panic.ts';
import { type PanicMessage, panicMessageIn } from '../system/panic-message.ts';
import { type Taint, taintOf } from '../system/taint.ts';
import { uptimeOf } from '../system/uptime.ts';
import { readTasks } from '../tasks/read-tasks.ts';
import { type Bug, bugOf } from './bug.ts';
import { type CrashLog, crashLogIn } from './crash-log.ts';
import { culpritIndex } from './panic-machinery.ts';
import { panickedCpuOf } from './panicked.ts';
import { type CrashSignature, type SignatureSource, signatureOf } from './signature.ts';

/** Why a kernel crashed, as far as its dump proves it. */
export interface CrashSummary {
  readonly panic: Fact<PanicMessage>;
  readonly log: CrashLog;
  /** The CPU that panicked. */
  readonly cpu: Fact<number>;
  /** Its registers; null where no note is proved to have them. */
  readonly running: RunningCpu | null;
  readonly task: Task | null;
  readonly trace: StackTrace | null;
  /** The index of the frame that panicked or faulted; null where the trace does not show it. */
  readonly culprit: number | null;
  /** The module of the first frame from there on that is of one. */
  readonly module: string | null;
  /** The modules that taint the kernel. */
  readonly taintedModules: readonly KernelModule[];
  /** Null where a part is lost: it would be that of another bug. */
  readonly signature: (CrashSignature & { readonly from: SignatureSource }) | null;
  readonly uptimeInSeconds: Fact<number>;
  readonly taint: Fact<Taint>;
  readonly remarks: readonly string[];
}

/**
 * Gathers what a dump says of a crash: the panic from the log, the CPU from `panic_cpu`, its task,
 * stack and registers. A kernel that did not panic has none of them, and the facts say why.
 */
export function* crashSummaryOf(kernel: Kernel): Generator<Progress, CrashSummary, void> {
  const log = yield* intactLogOf(kernel);
  const records = typeof log === 'string' ? [] : log.records;
  const variable = panicCpuOf(kernel);
  const message = panicMessageIn(records, variable);
  const panic =
    message !== undefined
      ? proved(message, "the kernel's log")
      : notProved(
          typeof log === 'string'
            ? `the kernel's log cannot be read: ${log}`
            : "the kernel's log reports no panic",
        );
  const cpu = panickedCpuOf(kernel, message, variable);
  const running = runningCpusOf(kernel).find(({ number }) => number === cpu.value) ?? null;
  const list = yield* readTasks(kernel);
  const tasks = typeof list === 'string' ? [] : list.tasks;
  const task = tasks.find(({ address }) => address === running?.task) ?? null;
  const trace = cpu.value === null ? null : stackOfCpu(kernel, cpu.value);
  yield { kind: 'progress', doing: 'reading the stack of the panic', fraction: null };
  const frames = trace?.frames ?? [];
  const culprit = culpritIndex(frames, message?.text ?? '') ?? null;
  const bug = message === undefined ? null : bugOf(message, records, trace, culprit);
  return {
    panic,
    log: crashLogIn(records, message?.oops ?? []),
    cpu,
    running,
    task,
    trace,
    culprit,
    module: bug?.frames.find(({ module, isGuess }) => module !== null && !isGuess)?.module ?? null,
    taintedModules: modulesOrNone(kernel).filter(({ taints }) => (taints ?? '') !== ''),
    signature:
      message === undefined || bug === null
        ? null
        : { ...signatureOf(message.oops[0] ?? message.text, bug.frames), from: bug.from },
    uptimeInSeconds: uptimeOf(kernel, timekeeperOf(kernel)),
    taint: taintOf(kernel),
    remarks: [
      ...(typeof list === 'string' ? [list] : list.remarks),
      ...contradictionOf(message, task),
      ...(message === undefined ? [] : remarksOn(bug)),
    ],
  };
}

function remarksOn(bug: Bug | null): string[] {
  if (bug === null) {
    return ['what led to the panic is not all in the dump, so it has no signature'];
  }
  return bug.from === 'stack'
    ? []
    : ["no frame proves what panicked, so the signature has what the kernel's log says of it"];
}

/** The log names the task of the panic as well. */
function contradictionOf(message: PanicMessage | undefined, task: Task | null): string[] {
  const logged = message?.task;
  return logged == null || task === null || logged.pid === task.pid
    ? []
    : [
        `the log says that task ${logged.pid} panicked, and its CPU ${logged.cpu} now runs ` +
          `task ${task.pid}`,
      ];
}
