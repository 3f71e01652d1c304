import type { KernelRole } from '@vmcorekit/core';
import type { ReserveFacts, RoleFacts } from './judged.ts';

/**
 * What each kernel is to the dump. A kernel inside another's crash-kernel reserve is its capture
 * kernel, and the other has crashed; two in each other's reserve prove nothing. Else a finding or a
 * witness may know. Else one that a CPU reaches is running, and one that none reaches although CPUs
 * are known is stale; but not where a limit cut a witness, who may have known better.
 */
export function assignRoles<Candidate extends RoleFacts>(
  candidates: readonly Candidate[],
  areCpusKnown: boolean,
): ReadonlyMap<Candidate, KernelRole> {
  const roles = new Map<Candidate, KernelRole>();
  const areAllHeard = candidates.every(({ areWitnessesCut }) => !areWitnessesCut);
  for (const candidate of candidates) {
    const byCpus = areAllHeard ? roleByCpus(candidate, areCpusKnown) : 'unknown';
    roles.set(candidate, knownRole(candidate) ?? byCpus);
  }
  const witnessed = candidates.filter(({ isWitnessed }) => isWitnessed);
  const pairs = witnessed.flatMap((owner) =>
    witnessed
      .filter((other) => other !== owner && reserves(owner, other) && !reserves(other, owner))
      .map((capture) => ({ owner, capture })),
  );
  // Captures last: who is both stays a capture kernel, in whatever order they were found.
  for (const { owner } of pairs) {
    roles.set(owner, 'crashed');
  }
  for (const { capture } of pairs) {
    roles.set(capture, 'capture');
  }
  return roles;
}

function knownRole({ saidRoles }: RoleFacts): KernelRole | undefined {
  const said = saidRoles.filter((role) => role !== 'unknown');
  return new Set(said).size === 1 ? said[0] : undefined;
}

function roleByCpus(candidate: RoleFacts, areCpusKnown: boolean): KernelRole {
  if (candidate.isReachedByCpu) {
    return 'running';
  }
  return candidate.isWitnessed && areCpusKnown ? 'stale' : 'unknown';
}

/** Whether a kernel says that it set memory aside for a capture kernel where the other one lies. */
export function reserves({ captureReserves }: ReserveFacts, { imagePhysicalAddress }: ReserveFacts): boolean {
  return (
    imagePhysicalAddress !== null &&
    captureReserves.some(({ start, end }) => start <= imagePhysicalAddress && imagePhysicalAddress < end)
  );
}
