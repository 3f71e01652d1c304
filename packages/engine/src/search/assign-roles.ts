import type { KernelRole } from '@vmcorekit/core';
import type { ReserveFacts, RoleFacts } from './judged.ts';

/**
 * The role of each kernel in the dump; `unknown` where it is not proved.
 * A finding or a witness may know the role, by what the kernel says of itself. No kernel decides
 * the role of another one, because it may be forged. Else a kernel that CPUs reach is running,
 * unless they reach several. One that no CPU reaches is stale, if every CPU is accounted for.
 * The CPUs decide nothing where a limit cut a witness, which may have known better, or where those
 * that report the role do not know it or disagree. Nor do they where the kernel that they reach may
 * be the capture kernel of another one.
 */
export function assignRoles<Candidate extends RoleFacts>(
  candidates: readonly Candidate[],
  isEveryCpuAccountedFor: boolean,
): ReadonlyMap<Candidate, KernelRole> {
  const witnessed = candidates.filter(({ isWitnessed }) => isWitnessed);
  const pairs = witnessed.flatMap((owner) =>
    witnessed
      .filter(
        (capture) =>
          capture !== owner &&
          !capture.isCaptureRuledOut &&
          reserves(owner, capture) &&
          !reserves(capture, owner),
      )
      .map((capture) => ({ owner, capture })),
  );
  // A kernel may lie in a reserve by chance: a nested guest's, or one that resumed the other. But
  // it may also be the capture kernel.
  const doubted = new Set(
    pairs
      .filter(({ capture }) => capture.isReachedByCpu || !isEveryCpuAccountedFor)
      .flatMap(({ owner, capture }) => [owner, capture]),
  );
  const mayCpusDecide =
    candidates.every(({ areWitnessesCut }) => !areWitnessesCut) && !mayOneCapture(candidates);
  return new Map(
    candidates.map((candidate) => {
      const isLeftToCpus =
        mayCpusDecide && !doubted.has(candidate) && candidate.saidRoles.length === 0;
      const byCpus = isLeftToCpus
        ? roleByCpus(candidate, candidates, isEveryCpuAccountedFor)
        : 'unknown';
      return [candidate, knownRole(candidate) ?? byCpus];
    }),
  );
}

/** Whether a kernel that CPUs reach may be the capture kernel of another one in memory. */
function mayOneCapture(candidates: readonly RoleFacts[]): boolean {
  return candidates.some(
    (candidate) =>
      candidate.isReachedByCpu &&
      (candidate.isWitnessed || candidate.isRunByCpu) &&
      !candidate.isCaptureRuledOut &&
      candidates.some((other) => other !== candidate && (other.isWitnessed || other.isEvident)),
  );
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

/**
 * Whether a kernel says that it reserved the memory of the other one for a capture kernel. A forged
 * image may only begin there; what says that it captures another kernel must lie there too.
 */
export function reserves(
  { captureReserves }: ReserveFacts,
  { imagePhysicalAddress, captureSignAddress }: ReserveFacts,
): boolean {
  return (
    imagePhysicalAddress !== null &&
    captureReserves.some(({ start, end }) =>
      [imagePhysicalAddress, captureSignAddress ?? imagePhysicalAddress].every(
        (address) => start <= address && address < end,
      ),
    )
  );
}
