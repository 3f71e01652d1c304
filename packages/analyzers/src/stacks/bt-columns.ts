import type { ReportColumn } from '@vmcorekit/core';
import type { BtFrame, BtStack } from './bt-report.ts';

/** A frame with its stack: a row for programs. */
export interface BtRow {
  readonly stack: BtStack;
  /** Null for a stack without frames. */
  readonly frame: BtFrame | null;
  readonly index: number | null;
}

export const btColumns: readonly ReportColumn<BtRow>[] = [
  { key: 'pid', value: ({ stack }) => stack.pid },
  { key: 'cpu', value: ({ stack }) => stack.cpu },
  { key: 'task', value: ({ stack }) => stack.task },
  { key: 'comm', value: ({ stack }) => stack.comm },
  { key: 'state', value: ({ stack }) => stack.state },
  { key: 'frame', value: ({ index }) => index },
  { key: 'address', value: ({ frame }) => frame?.address ?? null },
  { key: 'symbol', value: ({ frame }) => frame?.symbol ?? null },
  { key: 'offset', value: ({ frame }) => frame?.offset ?? null },
  { key: 'size', value: ({ frame }) => frame?.size ?? null },
  { key: 'module', value: ({ frame }) => frame?.module ?? null },
  { key: 'kind', value: ({ frame }) => frame?.kind ?? null },
  { key: 'stack', value: ({ frame }) => frame?.stack ?? null },
  { key: 'stackPointer', value: ({ frame }) => frame?.stackPointer ?? null },
  { key: 'isGuess', value: ({ frame }) => frame?.isGuess ?? null },
  { key: 'note', value: ({ frame }) => frame?.note ?? null },
  { key: 'end', value: ({ stack }) => stack.end.reason },
  { key: 'isComplete', value: ({ stack }) => stack.end.isComplete },
];

/** A row for each frame, and one for a stack without frames. */
export function* rowsOf(stacks: readonly BtStack[]): Generator<BtRow, void, void> {
  for (const stack of stacks) {
    if (stack.frames.length === 0) {
      yield { stack, frame: null, index: null };
    }
    for (const [index, frame] of stack.frames.entries()) {
      yield { stack, frame, index };
    }
  }
}
