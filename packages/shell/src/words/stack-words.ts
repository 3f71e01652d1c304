import {
  hex,
  type Kernel,
  printableLine,
  type StackFrame,
  type StackTrace,
  type Task,
  unknownText,
} from '@vmcorekit/core';
import { stackOfTask, taskStackOf, textOnStack } from '@vmcorekit/linux';
import { taskLine } from './crash-session.ts';
import type { Step } from './word.ts';

/** A frame of a damaged stack may claim the whole of it. */
const maxFrameInWords = 4096;

/**
 * The stack of a task with the words of each frame, from its stack pointer up to that of its
 * caller. `letter` of `rd` names symbols.
 */
export function* frameWords(
  kernel: Kernel,
  task: Task,
  letter?: 's' | 'S',
  { frames, end }: Pick<StackTrace, 'frames' | 'end'> = stackOfTask(kernel, task.address),
): Generator<Step> {
  yield taskLine(task);
  for (const [index, frame] of frames.entries()) {
    yield frameLine(frame, index);
    const words = wordsOf(kernel, task, frame, frames[index + 1]);
    if (frame.stackPointer !== null && words > 0) {
      const options = letter === undefined ? [] : [`-${letter}`];
      yield ['rd', ...options, hex(frame.stackPointer), String(words)];
    }
  }
  if (!end.isComplete) {
    yield `    incomplete: ${printableLine(end.detail ?? end.reason)}`;
  }
}

function frameLine(frame: StackFrame, index: number): string {
  const { stackPointer, kind, symbol, offset, address } = frame;
  const number = `#${index}`.padStart(3);
  const pointer = stackPointer?.toString(16) ?? unknownText;
  const named = symbol === null ? unknownText : `${symbol}+0x${(offset ?? 0).toString(16)}`;
  const name = kind === 'user' ? 'user mode' : named;
  return printableLine(`${number} [${pointer}] ${name} at ${address.toString(16)}`);
}

/** 0 where the caller is on another stack. */
function wordsOf(
  kernel: Kernel,
  { address }: Task,
  { stackPointer, stack, kind }: StackFrame,
  caller: StackFrame | undefined,
): number {
  const isSame = caller !== undefined && caller.stack === stack && caller.kind !== 'user';
  const end = isSame
    ? caller.stackPointer
    : stack === 'task' && kind !== 'user'
      ? (taskStackOf(kernel, address)?.end ?? null)
      : null;
  const size = kernel.memory.wordSizeInBits / 8;
  const words =
    stackPointer === null || end === null ? 0 : Math.floor(Number(end - stackPointer) / size);
  return Math.max(0, Math.min(words, maxFrameInWords));
}

/** Every word of a task's stack that is an address in a function, from its stack pointer or all. */
export function* textWords(kernel: Kernel, task: Task, isAll: boolean): Generator<Step> {
  yield taskLine(task);
  const region = taskStackOf(kernel, task.address);
  if (region === undefined) {
    yield '    the stack of the task is not known';
    return;
  }
  const frames = stackOfTask(kernel, task.address).frames.filter(({ stack }) => stack === 'task');
  const pointer = frames[0]?.stackPointer ?? null;
  const isWithin = pointer !== null && region.start <= pointer && pointer < region.end;
  if (!isAll && !isWithin) {
    yield '    where it begins is not known: all of the stack follows';
  }
  const from = isAll || !isWithin ? region.start : pointer;
  for (const { at, address, routine } of textOnStack(kernel, from, region.end)) {
    const offset = (address - routine.start).toString(16);
    const module = routine.module === null ? '' : ` [${routine.module}]`;
    const name = `${routine.name}+0x${offset}${module}`;
    yield printableLine(`    [${at.toString(16)}] ${name} at ${address.toString(16)}`);
  }
}
