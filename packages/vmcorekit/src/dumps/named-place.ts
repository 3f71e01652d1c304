import type { Settings } from '@vmcorekit/config';
import type { KernelClaim } from '@vmcorekit/core';

/** The numbers by which a user or a rule names a kernel. */
export type NamedPlace = {
  readonly [Name in 'physBase' | 'kaslrOffset' | 'imageOffset' | 'textAt']?:
    | Settings[Name]
    | undefined;
};

/** The claim that such numbers make; undefined where none is given. */
export function claimNaming({
  physBase,
  kaslrOffset,
  imageOffset,
  textAt,
}: NamedPlace): KernelClaim | undefined {
  const claim: KernelClaim = {
    ...(physBase === undefined ? {} : { physBase }),
    ...(kaslrOffset === undefined ? {} : { kaslrOffset }),
    ...(imageOffset === undefined ? {} : { imageOffset }),
    ...(textAt === undefined ? {} : { textPhysicalAddress: textAt }),
  };
  return Object.keys(claim).length === 0 ? undefined : claim;
}
