import {
  type Dump,
  hex,
  type KernelClaim,
  type LocatedKernel,
  type Verdict,
} from '@vmcorekit/core';
import { kernelPlaceText } from '@vmcorekit/report';
import { isNamed } from '../named-kernel.ts';

/**
 * What the dump shows against the place that the user gave for its kernel, a sentence each. Empty
 * where the dump agrees, or shows no kernel that lies elsewhere.
 */
export function contradictionsOf(
  dump: Pick<Dump, 'layout'>,
  told: KernelClaim,
  given: LocatedKernel,
  { kernel, confidence, candidates }: Verdict,
): readonly string[] {
  const shown =
    kernel === null
      ? candidates.filter(({ isWitnessed }) => isWitnessed).map((each) => each.kernel)
      : [kernel];
  const isShown = shown.some((each) => isNamed(dump, told, each));
  const elsewhere = isShown
    ? []
    : shown.map(
        (each) =>
          `the dump shows a kernel at ${kernelPlaceText(each)}, not at ${kernelPlaceText(given)}; the verdict is ${confidence}`,
      );
  const otherKaslr = shown.flatMap(({ kaslrOffset }) =>
    isShown && kaslrOffset !== null && kaslrOffset !== given.kaslrOffset
      ? [
          `the dump shows KASLR offset ${hex(kaslrOffset)}, not ${hex(given.kaslrOffset ?? 0)}; the verdict is ${confidence}`,
        ]
      : [],
  );
  const denials = candidates
    .filter((candidate) => isNamed(dump, told, candidate.kernel))
    .flatMap(({ contradictions }) => contradictions)
    .map(({ by, because }) => `${by}: ${because}`);
  return [...elsewhere, ...otherKaslr, ...denials];
}
