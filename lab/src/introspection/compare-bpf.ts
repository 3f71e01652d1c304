import type { AnalyzerData } from 'vmcorekit';
import type { SavedProc } from '../truth/saved-proc.ts';
import type { Comparison } from './difference.ts';
import { compareSubjects, type Fields } from './subjects.ts';

type Bpf = NonNullable<AnalyzerData['bpf']>;
type Kind = 'programs' | 'maps' | 'links';

/** Compares the numbers of BPF objects with those that the kernel gave the guest. */
export function compareBpf(
  answer: Readonly<Record<Kind, readonly Pick<Bpf[Kind][number], 'id'>[]>>,
  proc: Pick<SavedProc, 'bpf'>,
): Comparison {
  const subjects = (
    numbers: Readonly<Record<Kind, readonly number[]>>,
  ): ReadonlyMap<string, Fields> =>
    new Map(
      (['programs', 'maps', 'links'] as const).flatMap((kind) =>
        numbers[kind].map((number) => [`${kind} ${number}`, {}] as const),
      ),
    );
  const ids = (kind: Kind): readonly number[] => answer[kind].map(({ id }) => id);
  return compareSubjects(
    subjects(proc.bpf),
    subjects({ programs: ids('programs'), maps: ids('maps'), links: ids('links') }),
  );
}
