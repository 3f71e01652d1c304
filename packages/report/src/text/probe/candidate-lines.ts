import { hex, printable, type Verdict } from '@vmcorekit/core';
import type { Style } from '../../layout/style.ts';
import { table } from '../../layout/table.ts';
import { crashedFirst } from '../crashed-first.ts';
import { kernelPlace } from '../kernel-place.ts';

/** All candidates, if there are several, also those that nothing supports. */
export function candidateLines({ candidates }: Verdict, style: Style): string[] {
  if (candidates.length < 2) {
    return [];
  }
  return table(
    [
      candidates.some(({ kernel }) => kernel.physBase === null) ? 'image offset' : 'phys_base',
      'KASLR offset',
      'role',
      'confidence',
      'release',
      'witnessed',
      'reached',
      'named',
    ].map((title) => ({
      title,
    })),
    crashedFirst(candidates).map(
      ({ kernel, confidence, isWitnessed, isReachedByCpu, isNamedByFile }) => [
        kernelPlace(kernel)[1],
        kernel.kaslrOffset === null ? '–' : hex(kernel.kaslrOffset),
        kernel.role,
        confidence,
        printable(kernel.release ?? '–'),
        yesNo(isWitnessed),
        yesNo(isReachedByCpu),
        yesNo(isNamedByFile),
      ],
    ),
    style,
  );
}

function yesNo(is: boolean): string {
  return is ? 'yes' : 'no';
}
