import { type Candidate, kernelPlace, type Verdict } from '@vmcorekit/core';
import type { Style } from '../../layout/style.ts';
import { hexOrUnknown } from '../../table/cell-text.ts';
import type { DataColumn } from '../../table/data-column.ts';
import { tableLines } from '../../table/table-lines.ts';
import { crashedFirst } from '../crashed-first.ts';

/** All candidates, if there are several, also those that nothing supports. */
export function candidateLines({ candidates }: Verdict, style: Style): string[] {
  return candidates.length < 2
    ? []
    : tableLines(candidateColumns(candidates), crashedFirst(candidates), style);
}

/** The first candidate names the number that says where kernels of its machine lie. */
export function candidateColumns([first]: readonly Candidate[]): readonly DataColumn<Candidate>[] {
  return [
    {
      title: first === undefined ? 'place' : kernelPlace(first.kernel)[0],
      value: ({ kernel }) => kernelPlace(kernel)[1],
    },
    { title: 'KASLR offset', value: ({ kernel }) => hexOrUnknown(kernel.kaslrOffset) },
    { title: 'role', value: ({ kernel }) => kernel.role },
    { title: 'confidence', value: ({ confidence }) => confidence },
    { title: 'release', value: ({ kernel }) => kernel.release },
    { title: 'witnessed', value: ({ isWitnessed }) => yesNo(isWitnessed) },
    { title: 'reached', value: ({ isReachedByCpu }) => yesNo(isReachedByCpu) },
    { title: 'named', value: ({ isNamedByFile }) => yesNo(isNamedByFile) },
  ];
}

function yesNo(is: boolean): string {
  return is ? 'yes' : 'no';
}
