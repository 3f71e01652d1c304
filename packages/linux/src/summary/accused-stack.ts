import type { Kernel, StackFrame, StackTrace, Task } from '@vmcorekit/core';
import type { LogRecord, LostRecord } from '../printk/log-record.ts';
import { stackOfCpu } from '../stacks/stack-of-cpu.ts';
import type { PanicMessage } from '../system/panic-message.ts';
import { crashClassOf } from './crash-kind.ts';
import type { CrashLog, HungTask } from './crash-log.ts';

/** What is known when the stack of a panicked CPU has been read. */
export interface PanicScene {
  readonly message: PanicMessage;
  readonly records: readonly (LogRecord | LostRecord)[];
  readonly log: CrashLog;
  readonly tasks: readonly Task[];
  /** The CPU that panicked, and its stack. */
  readonly cpu: number | null;
  readonly trace: StackTrace | null;
  /** The index in it of the function that panicked or faulted. */
  readonly culprit: number | null;
}

/** Frames that lead to a bug, though another CPU panicked or another task. */
export interface AccusedStack {
  readonly frames: readonly StackFrame[];
  readonly isComplete: boolean;
}

/** Source: Linux, kernel/rcu/tree_stall.h (print_cpu_stall, print_other_cpu_stall). */
const stallLine = /^(?:rcu: )?INFO: rcu_\w+ (self-)?detected (?:expedited )?stalls?\b/;
/** Source: Linux, kernel/watchdog.c: since 6.5 one CPU watches another. */
const hardLockup = /\bhard LOCKUP on cpu (\d{1,4})/;

/**
 * The stack that leads to the bug where it is not that of the CPU that panicked: of the task that
 * the kernel last called hung, or of the CPU that another one found locked up. Undefined where the
 * panicked CPU's own stack does. Null where it is not known which one does.
 */
export function accusedStackOf(kernel: Kernel, scene: PanicScene): AccusedStack | null | undefined {
  switch (crashClassOf(scene.message).kind) {
    case 'hung-task':
      return hungStack(kernel, scene);
    case 'hard-lockup':
      return lockedStack(kernel, scene);
    case 'rcu-stall':
      return isStalledItself(scene) ? undefined : null;
    default:
      return undefined;
  }
}

/** `khungtaskd` panics for others, so its own stack is the same for each of them. */
function hungStack(kernel: Kernel, { log, tasks, message }: PanicScene): AccusedStack | null {
  const last = log.hung
    .filter(({ nanoseconds }) => nanoseconds <= message.nanoseconds)
    .reduce<HungTask | undefined>(
      (one, other) => (one === undefined || other.nanoseconds >= one.nanoseconds ? other : one),
      undefined,
    );
  const found = tasks.filter(({ pid, comm }) => pid === last?.pid && comm === last.comm);
  return found.length === 1 && found[0]?.state === 'D'
    ? withoutScheduler(kernel, found[0].stack())
    : null;
}

/**
 * The frames from the first that is no waiting primitive, as the kernel itself decides it for
 * /proc/PID/wchan. Source: Linux, include/linux/sched/debug.h (`__sched`), kernel/sched/core.c.
 */
function withoutScheduler({ symbols }: Kernel, trace: StackTrace): AccusedStack | null {
  const start = symbols.find('__sched_text_start')?.address;
  const end = symbols.find('__sched_text_end')?.address;
  if (start === undefined || end === undefined) {
    return null;
  }
  const waiting = ({ address }: StackFrame) => start < address && address <= end;
  const from = trace.frames.findIndex((frame) => !waiting(frame));
  return from <= 0 ? null : { frames: trace.frames.slice(from), isComplete: trace.end.isComplete };
}

function lockedStack(kernel: Kernel, { log, cpu }: PanicScene): AccusedStack | null | undefined {
  const lines = log.stuck.flatMap((line) => hardLockup.exec(line)?.[1] ?? []);
  const locked = lines.length === 1 ? Number(lines[0]) : null;
  if (locked === null || locked === cpu) {
    return locked === null ? null : undefined;
  }
  // Panic stops the other CPUs by an NMI, whose own frames come first.
  const { frames, end } = stackOfCpu(kernel, locked);
  const from = frames.findIndex(({ stack }) => stack !== 'nmi');
  return from < 0 ? null : { frames: frames.slice(from), isComplete: end.isComplete };
}

function isStalledItself({ records, message }: PanicScene): boolean {
  const last = records.findLast(
    (record): record is LogRecord =>
      !('lost' in record) &&
      record.facility === 0 &&
      record.nanoseconds <= message.nanoseconds &&
      stallLine.test(record.text),
  );
  return last !== undefined && stallLine.exec(last.text)?.[1] !== undefined;
}
