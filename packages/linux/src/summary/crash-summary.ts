// Imports much: a summary gathers what many rooms read.
import type { Kernel, KernelModule, Progress, StackTrace, Task } from '@vmcorekit/core';
import { timekeeperOf } from '../description/timekeeper.ts';
import { modulesOrNone } from '../modules/kernel-modules.ts';
import { perKernel } from '../per-kernel.ts';
import type { KernelLog } from '../printk/kernel-log.ts';
import { type RunningCpu, runningCpusOf } from '../stacks/running-cpus.ts';
import { stackOfCpu } from '../stacks/stack-of-cpu.ts';
import { type Fact, notProved, proved } from '../system/fact.ts';
import { hasNoPanicCpu, intactLogOf, panicCpuOf } from '../system/panic.ts';
import {
  hasUnendedOops,
  isCauseLost,
  type PanicMessage,
  panicMessageIn,
} from '../system/panic-message.ts';
import { type Taint, taintOf } from '../system/taint.ts';
import { uptimeOf } from '../system/uptime.ts';
import { readTasks } from '../tasks/read-tasks.ts';
import { bugOf } from './bug.ts';
import { type CrashLog, crashLogIn } from './crash-log.ts';
import { culpritIndex } from './panic-machinery.ts';
import { panickedCpuOf } from './panicked.ts';
import { type CrashSignature, signatureOf } from './signature.ts';

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
  /** Null without a panic, and where the log lost what led to it. */
  readonly signature: CrashSignature | null;
  /** Whether it is proved that the kernel did not panic. */
  readonly isRunning: boolean;
  /** What is not certain of the signature, a sentence each. */
  readonly doubts: readonly string[];
  readonly uptimeInSeconds: Fact<number>;
  readonly taint: Fact<Taint>;
  readonly remarks: readonly string[];
}

const gathered = perKernel((): { summary?: CrashSummary } => ({}));

/**
 * Gathers what a dump says of a crash: the panic from the log, the CPU from `panic_cpu`, its task,
 * stack and registers. A kernel that did not panic has none of them, and the facts say why. It is
 * gathered once for each opened kernel.
 */
export function* crashSummaryOf(kernel: Kernel): Generator<Progress, CrashSummary, void> {
  const kept = gathered(kernel);
  kept.summary ??= yield* gather(kernel);
  return kept.summary;
}

function* gather(kernel: Kernel): Generator<Progress, CrashSummary, void> {
  const log = yield* intactLogOf(kernel);
  const records = typeof log === 'string' ? [] : log.records;
  const variable = panicCpuOf(kernel);
  const message = panicMessageIn(records, variable, kernel.located.role);
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
  const crashLog = crashLogIn(records, message?.oops ?? []);
  const isNamed = message !== undefined && !isCauseLost(message, records);
  const bug = isNamed
    ? bugOf(kernel, { message, records, log: crashLog, tasks, cpu: cpu.value, trace, culprit })
    : null;
  const signature = isNamed ? signatureOf(message, bug) : null;
  const doubts = [
    ...contradictionOf(message, task),
    ...(message === undefined ? [] : doubtsOf(signature)),
  ];
  return {
    panic,
    log: crashLog,
    cpu,
    running,
    task,
    trace,
    culprit,
    module: bug?.frames.find(({ module, isGuess }) => module !== null && !isGuess)?.module ?? null,
    taintedModules: modulesOrNone(kernel).filter(({ taints }) => (taints ?? '') !== ''),
    signature,
    isRunning: message === undefined && isRunning(kernel, log),
    doubts,
    uptimeInSeconds: uptimeOf(kernel, timekeeperOf(kernel)),
    taint: taintOf(kernel),
    remarks: [...(typeof list === 'string' ? [list] : list.remarks), ...doubts],
  };
}

/** A kernel that went to its capture kernel has crashed, though its log may report no panic. */
function isRunning(kernel: Kernel, log: KernelLog | string): boolean {
  const hasNoCrash =
    typeof log !== 'string' &&
    log.records.every((record) => !('lost' in record)) &&
    !hasUnendedOops(log.records);
  return kernel.located.role !== 'crashed' && (hasNoCrash || hasNoPanicCpu(kernel));
}

function doubtsOf(signature: CrashSignature | null): string[] {
  if (signature === null) {
    return ['the log lost what led to the panic, so it has no signature'];
  }
  if (!signature.isWhole) {
    return [
      'no stack proves what led to the panic, so the signature has its message only' +
        (signature.hash === null ? ', which different bugs share: it has no hash' : ''),
    ];
  }
  return signature.from === 'log'
    ? ["no frame proves what panicked, so the signature has what the kernel's log says of it"]
    : [];
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
