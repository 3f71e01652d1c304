/**
 * How often a property test runs its property: `count` times, and VMCOREKIT_PROPERTY_RUNS times as
 * often where that is set. A developer's tests stay quick that way, and continuous integration
 * tries more.
 */
export function propertyRuns(count: number): number {
  return Math.ceil(count * Number(process.env.VMCOREKIT_PROPERTY_RUNS ?? 1));
}
