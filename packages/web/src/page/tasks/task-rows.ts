import type { Analysis } from '../../protocol/analysis-calls.ts';
import { Cells } from '../table/cells.ts';
import type { ChosenTask } from './task-details.ts';

/** The states of the tasks in an answer of `ps`, in the order of the alphabet. */
export function statesOf(analysis: Analysis): string[] {
  return [...new Set(columnOf(analysis, 'state'))].sort();
}

/** Marks the tasks in a state. */
export function marksOf(analysis: Analysis, state: string): Uint8Array {
  return Uint8Array.from(columnOf(analysis, 'state'), (each) => (each === state ? 1 : 0));
}

/** The task of a row; null where the answer has none. */
export function taskAt(analysis: Analysis, row: number): ChosenTask | null {
  const at = (title: string): string => columnOf(analysis, title)[row] ?? '';
  const address = at('address');
  return address === '' ? null : { address, pid: at('pid'), comm: at('comm') };
}

function columnOf({ rows }: Analysis, title: string): string[] {
  const column = rows?.heads.findIndex((head) => head.title === title) ?? -1;
  if (rows === null || column < 0) {
    return [];
  }
  const cells = new Cells(rows);
  return Array.from({ length: rows.rowCount }, (_, row) => cells.at(row, column));
}
