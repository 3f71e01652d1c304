import type { KernelRole } from '@vmcorekit/core';
import type { CandidateState } from './candidate-state.ts';

/**
 * What each kernel is to the dump. A kernel inside another's crash-kernel reserve is its capture kernel, and the other has crashed. Else a
 * finding or a witness may know. Else one that a CPU reaches is running, and one that none reaches although CPUs are known is stale.
 */
export function assignRoles(
  candidates: readonly CandidateState[],
  areCpusKnown: boolean,
): ReadonlyMap<CandidateState, KernelRole> {
  const roles = new Map<CandidateState, KernelRole>();
  for (const candidate of candidates) {
    roles.set(candidate, knownRole(candidate) ?? roleByCpus(candidate, areCpusKnown));
  }
  for (const owner of candidates) {
    for (const capture of candidates) {
      if (owner !== capture && owner.isWitnessed && capture.isWitnessed && reserves(owner, capture)) {
        roles.set(capture, 'capture');
        roles.set(owner, 'crashed');
      }
    }
  }
  return roles;
}

function knownRole(candidate: CandidateState): KernelRole | undefined {
  const said = [
    ...candidate.testimonies.map(({ testimony }) => testimony.role),
    ...candidate.findings.map(({ finding }) => finding.role),
  ].filter((role) => role !== undefined && role !== 'unknown');
  return new Set(said).size === 1 ? said[0] : undefined;
}

function roleByCpus(candidate: CandidateState, areCpusKnown: boolean): KernelRole {
  if (candidate.isReachedByCpu) {
    return 'running';
  }
  return candidate.isWitnessed && areCpusKnown ? 'stale' : 'unknown';
}

/** Whether a kernel says that it set memory aside for a capture kernel where the other one lies. */
export function reserves(owner: CandidateState, other: CandidateState): boolean {
  const image = other.view?.runs.find((run) => run.isExecutable)?.physicalAddress;
  return (
    image !== undefined &&
    owner.testimonies.some(
      ({ testimony: { captureReserve } }) =>
        captureReserve !== undefined && captureReserve.start <= image && image < captureReserve.end,
    )
  );
}
