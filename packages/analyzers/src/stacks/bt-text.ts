import { plural, printable, printableLine, unknownText } from '@vmcorekit/core';
import type { BtFrame, BtGroup, BtReport, BtStack } from './bt-report.ts';

const pidsShown = 16;

/** A sentence for a stack that has no frames, and lacks none. */
const emptyStacks: Readonly<Record<string, string>> = {
  'no-stack': 'no stack: the task has ended',
  'never-ran': 'no frames: the task has never run',
};

/** The stacks as crash shows them: a line for the task, then its frames. */
export function linesOf({ stacks, groups }: BtReport): string[] {
  const blocks =
    groups === null
      ? stacks.map((stack) => [headOf(stack), ...framesOf(stack, true), ...endOf(stack)])
      : groups.map((group) => groupLines(group, stacks));
  return blocks.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function groupLines(group: BtGroup, stacks: readonly BtStack[]): string[] {
  const stack = stacks[group.stack];
  if (stack === undefined) {
    return [];
  }
  const shown = group.pids.slice(0, pidsShown).map((pid) => pid ?? unknownText);
  const more = group.pids.length - shown.length;
  const pids = [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(' ');
  return [
    `${plural(group.count, 'task')}: ${pids}`,
    ...framesOf(stack, group.count === 1),
    ...endOf(stack),
  ];
}

function headOf({ pid, task, cpu, comm, state }: BtStack): string {
  const name = comm === null ? unknownText : `"${printable(comm)}"`;
  return [
    `PID: ${pid ?? unknownText}`,
    `TASK: ${task === null ? unknownText : task.slice(2)}`,
    `CPU: ${cpu ?? unknownText}`,
    `STATE: ${state ?? unknownText}`,
    `COMMAND: ${name}`,
  ].join('  ');
}

/** Frames, and a line where the stack changes. Tasks of a group have no place in common. */
function framesOf({ frames }: BtStack, isAlone: boolean): string[] {
  const lines: string[] = [];
  let last: string | null = 'task';
  for (const [index, frame] of frames.entries()) {
    if (frame.stack !== last && frame.kind !== 'user') {
      lines.push(`    --- ${frame.stack ?? 'unknown'} stack ---`);
      last = frame.stack;
    }
    lines.push(frameLine(frame, index, isAlone));
  }
  return lines;
}

function frameLine(frame: BtFrame, index: number, isAlone: boolean): string {
  const { address, stackPointer, module, note } = frame;
  const number = `#${index}`.padStart(3);
  const place = isAlone ? ` [${stackPointer?.slice(2) ?? unknownText}]` : '';
  const owner = module === null ? '' : ` [${module}]`;
  const remark = note === null ? '' : ` (${note})`;
  const at = isAlone || frame.kind !== 'user' ? ` at ${address.slice(2)}` : '';
  return printableLine(`${number}${place} ${nameOf(frame)}${owner}${at}${remark}`);
}

function nameOf({ symbol, offset, size, kind, isGuess }: BtFrame): string {
  const guess = isGuess ? '? ' : '';
  if (kind === 'user') {
    return 'user mode';
  }
  if (symbol === null) {
    return `${guess}${unknownText}`;
  }
  const length = size === null ? '' : `/0x${size.toString(16)}`;
  return `${guess}${symbol}${offset === null ? '' : `+0x${offset.toString(16)}`}${length}`;
}

function endOf({ frames, end }: BtStack): string[] {
  if (!end.isComplete) {
    return [`    incomplete: ${printableLine(end.detail ?? end.reason)}`];
  }
  const said = emptyStacks[end.reason];
  return frames.length === 0 || end.reason === 'never-ran'
    ? [`    ${said ?? end.detail ?? end.reason}`]
    : [];
}
