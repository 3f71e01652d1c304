import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { isAgreed } from './agreement.ts';
import type { TaskWindow } from './task-window.ts';

/** How frames are linked on a machine with a back chain. */
export interface ChainForm {
  /** The first frame of a task that was switched out, from its saved stack pointer. */
  firstFrame(memory: Kernel['memory'], stackPointer: VirtualAddress): VirtualAddress;
  /** Where a frame has the address of its caller's. */
  readonly linkOffset: number;
  /** Where a frame has the address to which what it called returns. */
  readonly returnOffset: number;
  readonly frameAlignment: bigint;
}

/** Tasks that do not run, and where they have their stacks. */
export interface SleepingTasks {
  readonly tasks: readonly TaskWindow[];
  /** Offsets in task_struct. */
  readonly stack: number;
  readonly stackPointer: number;
  /** What every stack is a multiple of. */
  readonly stackAlignmentInBytes: number;
}

/** Deeper stacks do not fit in 16 KiB. */
const maxFrames = 512;
/** What switches tasks: a sleeping one goes on in it. Source: Linux, kernel/sched/core.c. */
const switcher = '__schedule';
/** Its frame is the first, or comes after those of what it calls: ppc64 has `__switch_to`. */
const framesOfSwitch = 2;

/**
 * Whether nearly every sleeping task's saved stack pointer begins a chain of frames: each lies in
 * the task's own stack and higher than the one before, and it goes on in `__schedule`. The
 * outermost one lies in the upper half, so no stack is smaller.
 */
export function areChained(
  kernel: Pick<Kernel, 'memory' | 'symbols'>,
  sleeping: SleepingTasks,
  form: ChainForm,
): boolean {
  const { tasks, stack, stackAlignmentInBytes } = sleeping;
  return (
    tasks.length > 0 &&
    isAgreed(tasks, (task) => {
      const frames = framesOf(kernel, sleeping, form, task);
      const outermost = frames.at(-1) ?? 0n;
      return (
        outermost - (task.word(stack) ?? 0n) >= BigInt(stackAlignmentInBytes / 2) &&
        frames.slice(0, framesOfSwitch).some((frame) => goesOnIn(kernel, form, frame) === switcher)
      );
    })
  );
}

/** The function to which what a frame's function called returns. */
function goesOnIn(
  { memory, symbols }: Pick<Kernel, 'memory' | 'symbols'>,
  { returnOffset }: ChainForm,
  frame: VirtualAddress,
): string | undefined {
  const address = tryRead(() => memory.readPointer(frame + BigInt(returnOffset)));
  return address === undefined ? undefined : symbols.at(address, 'return')?.name;
}

/**
 * How far from the start of its stack a task's outermost frame lies, if nearly all tasks agree. The
 * registers with which the kernel was entered lie between it and the end.
 */
export function outermostFrame(
  kernel: Pick<Kernel, 'memory'>,
  sleeping: SleepingTasks,
  form: ChainForm,
): number | undefined {
  const { tasks, stack } = sleeping;
  const depthOf = (task: TaskWindow): number | undefined => {
    const last = framesOf(kernel, sleeping, form, task).at(-1);
    return last === undefined ? undefined : Number(last - (task.word(stack) ?? 0n));
  };
  const [first] = tasks;
  const depth = first === undefined ? undefined : depthOf(first);
  return depth !== undefined && isAgreed(tasks, (task) => depthOf(task) === depth)
    ? depth
    : undefined;
}

/**
 * The frames of a task's chain, the innermost first; none where it is not sound. The outermost one
 * of a program may lead to the program's own stack.
 */
function framesOf(
  { memory }: Pick<Kernel, 'memory'>,
  { stack, stackPointer, stackAlignmentInBytes }: SleepingTasks,
  form: ChainForm,
  task: TaskWindow,
): readonly VirtualAddress[] {
  const start = task.word(stack) ?? 0n;
  const end = start + BigInt(stackAlignmentInBytes);
  const pointer = task.word(stackPointer) ?? 0n;
  const frames: VirtualAddress[] = [];
  const isSound = tryRead(() => {
    let before = start;
    let frame = form.firstFrame(memory, pointer);
    while (frame >= start && frame < end && frames.length < maxFrames) {
      if (frame <= before || frame % form.frameAlignment !== 0n) {
        return false;
      }
      frames.push(frame);
      before = frame;
      frame = memory.readPointer(frame + BigInt(form.linkOffset));
    }
    return true;
  });
  return isSound === true ? frames : [];
}
