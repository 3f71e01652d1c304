import type { Kernel, StructType } from '@vmcorekit/core';
import { stackMachineOf } from '../stacks/stack-machines.ts';
import { threadSizeOf } from '../stacks/thread-size.ts';
import type { FoundCurrents } from './find-currents.ts';
import { findStackPointer, stackAlignmentIn } from './find-places.ts';
import type { TaskSamples } from './task-samples.ts';
import type { TaskWindow } from './task-window.ts';

type Source = Pick<Kernel, 'memory' | 'symbols' | 'dump'>;

/** Where tasks save their stack pointer, and how large their stacks are. */
export interface FoundStackPointer {
  /** The member of task_struct. */
  readonly member: string;
  readonly offset: number | undefined;
  /** By the kernel's symbols. */
  readonly threadSize: number | null;
  /** What all stacks are a multiple of; undefined where frames do not prove a size by it. */
  readonly alignmentInBytes: number | undefined;
}

/** What the stacks of sleeping tasks show. */
export interface FoundStacks {
  readonly structs: readonly StructType[];
  readonly threadSize: number | null;
  /** The saved stack pointers begin no frames, so they are none. */
  readonly isRefuted: boolean;
}

export function findSavedStackPointer(kernel: Source, samples: TaskSamples): FoundStackPointer {
  const machine = stackMachineOf(kernel);
  const member = machine?.stackPointerMember ?? 'thread.sp';
  const threadSize = threadSizeOf(kernel);
  // Where frames are linked, they prove the size of a stack.
  const alignmentInBytes =
    machine?.findFrames === undefined ? undefined : stackAlignmentIn(samples);
  const size = threadSize ?? alignmentInBytes;
  const offset = size === undefined ? undefined : findStackPointer(samples, size, member);
  return { member, offset, threadSize, alignmentInBytes };
}

/** Reads the stacks of the tasks that do not run. */
export function findStacks(
  kernel: Source,
  samples: TaskSamples,
  { offset: stackPointer, threadSize, alignmentInBytes }: FoundStackPointer,
  currents: FoundCurrents | undefined,
  state: number | undefined,
): FoundStacks {
  const machine = stackMachineOf(kernel);
  const running = new Set(currents?.tasks.values() ?? []);
  if (stackPointer === undefined) {
    return { structs: [], threadSize, isRefuted: false };
  }
  const frame = machine?.findSwitchFrame?.(kernel, samples, stackPointer, running);
  const frames =
    alignmentInBytes === undefined
      ? undefined
      : machine?.findFrames?.(kernel, {
          tasks:
            currents === undefined ? sleepingIn(samples, state) : sleepingBeside(samples, running),
          stack: samples.list.stack,
          stackPointer,
          stackAlignmentInBytes: alignmentInBytes,
        });
  return {
    structs: [...(frame === undefined ? [] : [frame]), ...(frames?.structs ?? [])],
    threadSize: threadSize ?? frames?.stackSizeInBytes ?? null,
    isRefuted: machine?.findFrames !== undefined && frames === undefined,
  };
}

/**
 * The tasks that say that they sleep, where nothing says which run. The first task is idle, and may
 * run.
 */
function sleepingIn({ leaders, all }: TaskSamples, state: number | undefined): TaskWindow[] {
  return state === undefined
    ? []
    : all.filter((task) => task !== leaders[0] && (task.uint32(state) ?? 0) !== 0);
}

/** The tasks that do not run, of those that have a stack. */
function sleepingBeside({ all, list }: TaskSamples, running: ReadonlySet<bigint>): TaskWindow[] {
  return all.filter((task) => !running.has(task.address) && task.word(list.stack) !== 0n);
}
