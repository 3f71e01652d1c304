/**
 * How often a property test runs its property: `count` times, and VMCOREKIT_PROPERTY_RUNS times as
 * often where that is set. A developer's tests stay quick that way, and continuous integration
 * tries more.
 */
export function propertyRuns(count: number): number {
  return Math.ceil(count * manyfold());
}

/**
 * One in `step` of cases that prove nearly the same; all of them where VMCOREKIT_PROPERTY_RUNS is
 * at least `step`. Each `turn` begins with another case, so that together they try every one.
 */
export function propertyCases<Case>(
  cases: readonly Case[],
  step: number,
  turn: number = 0,
): Case[] {
  const taken = Math.min(Math.max(1, Math.ceil(step / manyfold())), Math.max(1, cases.length));
  return cases.filter((_, index) => index % taken === turn % taken);
}

function manyfold(): number {
  return Number(process.env.VMCOREKIT_PROPERTY_RUNS ?? 1);
}
