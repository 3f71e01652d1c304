import type { KernelRole } from '@vmcorekit/core';
import { reserves } from './assign-roles.ts';
import type { SelectionFacts } from './judged.ts';

export type Selection<Candidate> =
  | { readonly kind: 'chosen'; readonly candidate: Candidate }
  | { readonly kind: 'ambiguous'; readonly candidates: readonly Candidate[] }
  | { readonly kind: 'none' };

/**
 * Chooses among the candidates.
 * Where the user or a rule names a kernel that something supports, it is chosen. A kernel that a
 * CPU runs and no witness recognizes is never overruled by one that no CPU reaches. Witnessed
 * kernels come first: among several, the one that a CPU reaches, else the one that the file names.
 * Of a crashed kernel and its capture kernel, the capture kernel is the one that runs. A kernel
 * that lies in no reserve of the others may be forged, as both may be beside a third one.
 */
export function selectKernel<Candidate extends SelectionFacts>(
  candidates: readonly Candidate[],
  roles: ReadonlyMap<Candidate, KernelRole>,
): Selection<Candidate> {
  const [meant, ...otherMeant] = candidates.filter(
    (candidate) => candidate.isMeant && candidate.confidence !== 'none',
  );
  if (meant !== undefined && otherMeant.length === 0) {
    return { kind: 'chosen', candidate: meant };
  }
  const witnessed = candidates.filter((candidate) => candidate.isWitnessed);
  if (witnessed.length === 0) {
    const supported = candidates.filter((candidate) => candidate.confidence !== 'none');
    const [only] = supported;
    return only !== undefined && supported.length === 1
      ? { kind: 'chosen', candidate: only }
      : { kind: 'none' };
  }
  const running = candidates.filter((candidate) => candidate.isRunByCpu && !candidate.isWitnessed);
  if (running.length > 0 && witnessed.every((candidate) => !candidate.isReachedByCpu)) {
    return { kind: 'ambiguous', candidates: [...running, ...witnessed] };
  }
  let remaining: readonly Candidate[] = witnessed;
  const narrowings: ((candidate: Candidate) => boolean)[] = [
    () => true,
    (candidate) => candidate.isReachedByCpu,
    (candidate) =>
      roles.get(candidate) === 'capture' &&
      remaining.every((other) => other === candidate || reserves(other, candidate)),
    (candidate) => candidate.isNamedByFile,
  ];
  for (const narrowing of narrowings) {
    const kept = remaining.filter(narrowing);
    remaining = kept.length === 0 ? remaining : kept;
    const [only] = remaining;
    if (only !== undefined && remaining.length === 1) {
      return { kind: 'chosen', candidate: only };
    }
  }
  return { kind: 'ambiguous', candidates: remaining };
}

/** Whether something outside the memory selects this kernel. */
export function isSelected({ isReachedByCpu, isNamedByFile, isMeant }: SelectionFacts): boolean {
  return isReachedByCpu || isNamedByFile || isMeant;
}
