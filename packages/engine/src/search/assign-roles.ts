import type { KernelRole } from '@vmcorekit/core';
import type { ReserveFacts, RoleFacts } from './judged.ts';

/**
 * The role of each kernel in the dump; `unknown` where it is not proved.
 * A finding or a witness may know the role. A kernel inside another's crash-kernel reserve is its
 * capture kernel, and the other has crashed, where one of the two says so itself. Else a kernel
 * that CPUs reach is running, unless they reach several. One that no CPU reaches is stale, if every
 * CPU is accounted for.
 * The CPUs decide nothing where a limit cut a witness, which may have known better. Nor do they
 * where those that report the role do not know it or disagree.
 */
export function assignRoles<Candidate extends RoleFacts>(
  candidates: readonly Candidate[],
  isEveryCpuAccountedFor: boolean,
): ReadonlyMap<Candidate, KernelRole> {
  const witnessed = candidates.filter(({ isWitnessed }) => isWitnessed);
  const pairs = witnessed.flatMap((owner) =>
    witnessed
      .filter(
        (capture) => capture !== owner && reserves(owner, capture) && !reserves(capture, owner),
      )
      .map((capture) => ({ owner, capture })),
  );
  const proved = pairs.filter(
    ({ owner, capture }) => knownRole(capture) === 'capture' || knownRole(owner) === 'crashed',
  );
  // A kernel may lie in a reserve by chance: a nested guest's, or one that resumed the other. But
  // it may also be the capture kernel.
  const doubted = new Set(
    pairs
      .filter(({ capture }) => capture.isReachedByCpu || !isEveryCpuAccountedFor)
      .flatMap(({ owner, capture }) => [owner, capture]),
  );
  const areAllHeard = candidates.every(({ areWitnessesCut }) => !areWitnessesCut);
  const roles = new Map<Candidate, KernelRole>();
  for (const candidate of candidates) {
    const isLeftToCpus = areAllHeard && !doubted.has(candidate) && candidate.saidRoles.length === 0;
    const byCpus = isLeftToCpus
      ? roleByCpus(candidate, candidates, isEveryCpuAccountedFor)
      : 'unknown';
    roles.set(candidate, knownRole(candidate) ?? byCpus);
  }
  // Capture kernels come last: one that is both stays a capture kernel, in whatever order they were
  // found.
  for (const { owner } of proved) {
    roles.set(owner, 'crashed');
  }
  for (const { capture } of proved) {
    roles.set(capture, 'capture');
  }
  return roles;
}

function knownRole({ saidRoles }: RoleFacts): KernelRole | undefined {
  const said = saidRoles.filter((role) => role !== 'unknown');
  return new Set(said).size === 1 ? said[0] : undefined;
}

/**
 * A machine runs one kernel. Where CPUs reach several, one may belong to a parked CPU of an earlier
 * boot, or to a guest.
 */
function roleByCpus(
  candidate: RoleFacts,
  all: readonly RoleFacts[],
  isEveryCpuAccountedFor: boolean,
): KernelRole {
  if (candidate.isReachedByCpu) {
    const hasRival = all.some(
      (other) =>
        other !== candidate && other.isReachedByCpu && (other.isWitnessed || other.isRunByCpu),
    );
    return hasRival ? 'unknown' : 'running';
  }
  return candidate.isWitnessed && isEveryCpuAccountedFor ? 'stale' : 'unknown';
}

/** Whether a kernel says that it reserved the memory of the other one for a capture kernel. */
export function reserves(
  { captureReserves }: ReserveFacts,
  { imagePhysicalAddress }: ReserveFacts,
): boolean {
  return (
    imagePhysicalAddress !== null &&
    captureReserves.some(
      ({ start, end }) => start <= imagePhysicalAddress && imagePhysicalAddress < end,
    )
  );
}
