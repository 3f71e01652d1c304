import type { Findings } from '@vmcorekit/fleet';

/** Findings in which only the given ones are proved. */
export function findingsOf(given: Partial<Findings>): Findings {
  return {
    release: null,
    buildId: null,
    architecture: null,
    confidence: null,
    signature: null,
    signatureText: null,
    panic: null,
    taint: null,
    dumpedAt: null,
    damage: [],
    modules: [],
    report: {},
    ...given,
  };
}
