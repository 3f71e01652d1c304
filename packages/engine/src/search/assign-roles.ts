import type { KernelRole } from '@vmcorekit/core';
import type { ReserveFacts, RoleFacts } from './judged.ts';

/**
 * What each kernel is to the dump. A kernel inside another's crash-kernel reserve is its capture kernel, and the other has crashed. Else a
 * finding or a witness may know. Else one that a CPU reaches is running, and one that none reaches although CPUs are known is stale.
 */
export function assignRoles<Candidate extends RoleFacts>(
  candidates: readonly Candidate[],
  areCpusKnown: boolean,
): ReadonlyMap<Candidate, KernelRole> {
  const roles = new Map<Candidate, KernelRole>();
  for (const candidate of candidates) {
    roles.set(candidate, knownRole(candidate) ?? roleByCpus(candidate, areCpusKnown));
  }
  const witnessed = candidates.filter(({ isWitnessed }) => isWitnessed);
  for (const owner of witnessed) {
    for (const capture of witnessed) {
      if (owner !== capture && reserves(owner, capture)) {
        roles.set(capture, 'capture');
        roles.set(owner, 'crashed');
      }
    }
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
