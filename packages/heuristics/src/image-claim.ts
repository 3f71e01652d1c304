import {
  type CandidateFinding,
  type ClaimField,
  hex,
  type KernelClaim,
  type KernelLayout,
} from '@vmcorekit/core';
import type { KernelImage } from '@vmcorekit/linux';

/** All that can be claimed about a kernel whose image and page tables are seen. */
export const imageClaimFields: readonly ClaimField[] = [
  'imageOffset',
  'physBase',
  'kaslrOffset',
  'textVirtualAddress',
  'textPhysicalAddress',
  'root',
];

/**
 * What the page tables of a kernel image prove. Where only a part of the image is seen: phys_base,
 * weakly. Else also the text, where it is proved, and the KASLR offset under the assumption of the
 * usual link address.
 */
export function claimOf(
  image: KernelImage,
  layout: KernelLayout,
): Pick<CandidateFinding, 'claim' | 'assumes' | 'strength'> {
  const { imageOffset, root, textStart } = image;
  const place = placeOf(imageOffset, layout);
  if (!image.isMappedByItself) {
    return { claim: place, strength: 'weak' };
  }
  const seen: KernelClaim = { ...place, root };
  if (textStart === null) {
    return { claim: seen, strength: 'strong' };
  }
  const { virtualAddress: textVirtualAddress, physicalAddress: textPhysicalAddress } = textStart;
  const claim = { ...seen, textVirtualAddress, textPhysicalAddress };
  const linkedAt = layout.usualTextLinkAddress;
  const kaslrOffset = linkedAt === null ? -1 : Number(textVirtualAddress - linkedAt);
  // KASLR only moves a kernel up; a kernel that lies lower was linked elsewhere.
  return linkedAt === null || kaslrOffset < 0
    ? { claim, strength: 'strong' }
    : {
        claim: { ...claim, kaslrOffset },
        assumes: { kaslrOffset: `_text is linked at ${hex(linkedAt)}` },
        strength: 'strong',
      };
}

/** Where an image lies, in every architecture's terms and in its own. */
export function placeOf(
  imageOffset: bigint,
  layout: KernelLayout,
): Pick<KernelClaim, 'imageOffset' | 'physBase'> {
  const physBase = layout.physBaseOf(imageOffset);
  return physBase === null ? { imageOffset } : { imageOffset, physBase };
}

/**
 * The image's first mapping in words: `0xffffffff91200000 is mapped to 0x15000000, executable and
 * read-only`.
 */
export function firstMappingOf(image: KernelImage): string {
  const [first] = image.runs;
  if (first === undefined) {
    return 'nothing is mapped';
  }
  const rights = `${first.isExecutable ? 'executable' : 'not executable'} and ${first.isWritable ? 'writable' : 'read-only'}`;
  return `${hex(first.virtualAddress)} is mapped to ${hex(first.physicalAddress)}, ${rights}`;
}
