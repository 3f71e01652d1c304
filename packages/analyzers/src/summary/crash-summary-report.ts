import { hex, type Task } from '@vmcorekit/core';
import type { BlockedTask, CrashSignature, CrashSummary, HungTask } from '@vmcorekit/linux';
import { groupsOf } from '../stacks/bt-groups.ts';
import { type BtStack, btStack } from '../stacks/bt-report.ts';

/** Tasks in state D whose stacks are equal. */
export interface BlockedGroup {
  readonly count: number;
  readonly pids: readonly number[];
  /** The stack of the first of them. */
  readonly stack: BtStack;
}

/** The `data` of the `crash-summary` analyzer. Null means "not proved", or "there is none". */
export interface CrashSummaryReport {
  readonly release: string | null;
  /** True where it is proved that the kernel did not panic. */
  readonly isRunning: boolean;
  readonly uptimeInSeconds: number | null;
  readonly taint: { readonly mask: number; readonly letters: string } | null;
  readonly panic: {
    /** `Kernel panic - not syncing: …`. */
    readonly text: string;
    readonly nanoseconds: number;
    /** The first lines of the oops that led to it. */
    readonly oops: readonly string[];
    /** The line of the instruction that failed. */
    readonly instruction: string | null;
  } | null;
  readonly cpu: {
    readonly number: number;
    readonly from: string;
    /** When it was dumped, by their architecture's names. */
    readonly registers: Readonly<Record<string, string>> | null;
  } | null;
  readonly task: {
    readonly address: string;
    readonly pid: number;
    readonly comm: string;
    readonly state: string | null;
  } | null;
  readonly stack: BtStack | null;
  /** The index in `stack.frames` of the function that panicked or faulted. */
  readonly culprit: number | null;
  readonly module: string | null;
  readonly taintedModules: readonly { readonly name: string; readonly taints: string }[];
  readonly signature: CrashSignature | null;
  /** Groups of tasks in state D, the largest first; null where the tasks are not known. */
  readonly blocked: readonly BlockedGroup[] | null;
  /** Tasks of which the kernel said that they hang. */
  readonly hung: readonly HungTask[];
  /** The kernel's messages about CPUs that are stuck. */
  readonly stuck: readonly string[];
}

export function crashSummaryReport(
  release: string | null,
  summary: CrashSummary,
  blocked: readonly BlockedTask[] | null,
): CrashSummaryReport {
  const { panic, log, cpu, running, task, trace, culprit, signature } = summary;
  const taint = summary.taint.value;
  return {
    release,
    isRunning: summary.isRunning,
    uptimeInSeconds: summary.uptimeInSeconds.value,
    taint:
      taint === null
        ? null
        : { mask: taint.mask, letters: taint.flags.map(({ letter }) => letter ?? '?').join('') },
    panic:
      panic.value === null
        ? null
        : {
            text: panic.value.text,
            nanoseconds: panic.value.nanoseconds,
            oops: panic.value.oops,
            instruction: log.instruction,
          },
    cpu:
      cpu.value === null
        ? null
        : {
            number: cpu.value,
            from: cpu.from,
            registers:
              running?.cpu == null
                ? null
                : Object.fromEntries(
                    [...running.cpu.registers].map(([name, value]) => [name, hex(value)]),
                  ),
          },
    task: task === null ? null : taskOf(task),
    stack:
      trace === null
        ? null
        : btStack(
            {
              task,
              address: task?.address ?? running?.task ?? null,
              cpu: cpu.value,
              isCpu: true,
            },
            trace,
          ),
    culprit,
    module: summary.module,
    taintedModules: summary.taintedModules.map(({ name, taints }) => ({
      name,
      taints: taints ?? '',
    })),
    signature,
    blocked: blocked === null ? null : blockedGroups(blocked),
    hung: log.hung,
    stuck: log.stuck,
  };
}

function taskOf({ address, pid, comm, state }: Task): CrashSummaryReport['task'] {
  return { address: hex(address), pid, comm, state };
}

/** Blocked tasks, grouped as `bt --grouped` groups them. */
export function blockedGroups(blocked: readonly BlockedTask[]): BlockedGroup[] {
  const stacks = blocked.map(({ task, trace }) =>
    btStack({ task, address: task.address, cpu: task.cpu, isCpu: false }, trace),
  );
  return groupsOf(stacks).flatMap(({ count, pids, stack: index }) => {
    const stack = stacks[index];
    return stack === undefined ? [] : [{ count, pids: pids.filter((pid) => pid !== null), stack }];
  });
}
