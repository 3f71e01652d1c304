import { type Comparison, compareField, type Difference } from './difference.ts';

/** What one side says of a subject, by field. null and undefined claim nothing. */
export type Fields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** By what a difference names them: `file 3 of task 701 "tun-reader"`. */
export type Subjects = ReadonlyMap<string, Fields>;

/**
 * The proof that a subject cannot be compared, or undefined. Either side may lack the subject.
 */
export type ProveMoved = (
  subject: string,
  truth: Fields | undefined,
  answer: Fields | undefined,
) => string | undefined;

/** Compares subject by subject and field by field, but not those that provably moved. */
export function compareSubjects(
  truth: Subjects,
  answer: Subjects,
  proveMoved: ProveMoved = () => undefined,
): Comparison {
  const excluded: { subject: string; proof: string }[] = [];
  const differences: Difference[] = [];
  let compared = 0;
  for (const subject of new Set([...truth.keys(), ...answer.keys()])) {
    const [saved, answered] = [truth.get(subject), answer.get(subject)];
    const proof = proveMoved(subject, saved, answered);
    if (proof !== undefined) {
      excluded.push({ subject, proof });
      continue;
    }
    compared++;
    differences.push(...compareOne(subject, saved, answered));
  }
  return { compared, excluded, differences };
}

/** A proof for a subject with counters. They only rise, so one that fell is a difference. */
export function proveRisen(
  counters: readonly string[],
  truth: Fields | undefined,
  answer: Fields | undefined,
): string | undefined {
  const risen = counters.find((name) => Number(answer?.[name]) > Number(truth?.[name]));
  return risen === undefined
    ? undefined
    : `its ${risen} went from ${truth?.[risen]} to ${answer?.[risen]} before the dump`;
}

function compareOne(
  subject: string,
  saved: Fields | undefined,
  answered: Fields | undefined,
): readonly Difference[] {
  if (saved === undefined) {
    return [{ subject, field: 'extra', truth: '', answer: JSON.stringify(answered) }];
  }
  if (answered === undefined) {
    return [{ subject, field: 'missing', truth: JSON.stringify(saved), answer: '' }];
  }
  return Object.entries(saved).flatMap(([field, value]) =>
    compareField(subject, field, value ?? undefined, answered[field]),
  );
}

/** Lists that have no order are compared as sorted text. */
export function asSet(values: readonly (string | number)[]): string {
  return [...values].map(String).sort().join(' ');
}
