import type { Dump, HeuristicContext, Progress } from '@vmcorekit/core';
import { type PhysicalKallsyms, scanForKallsyms } from '@vmcorekit/linux';

export interface ScannedTables {
  readonly tables: readonly PhysicalKallsyms[];
  /** Memory holds more look-alikes than a machine has, and the rest was not searched. */
  readonly areTooMany: boolean;
}

/** Every table of symbols in physical memory; searched once. */
export function tablesIn({
  dump,
  memo,
}: Pick<HeuristicContext, 'dump' | 'memo'>): Generator<Progress, ScannedTables, void> {
  return memo('kallsyms-tables', () => search(dump));
}

function* search(dump: Dump): Generator<Progress, ScannedTables, void> {
  const tables: PhysicalKallsyms[] = [];
  let areTooMany = false;
  for (const step of scanForKallsyms(dump, () => {
    areTooMany = true;
  })) {
    if ('kind' in step) {
      yield step;
    } else {
      tables.push(step);
    }
  }
  return { tables, areTooMany };
}
