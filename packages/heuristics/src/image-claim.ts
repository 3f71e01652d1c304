import { type CandidateFinding, type ClaimField, hex, type KernelClaim, type KernelLayout } from '@vmcorekit/core';
import type { KernelImage } from '@vmcorekit/linux';

/** All that can be said of a kernel whose image and page tables are seen. */
export const imageClaimFields: readonly ClaimField[] = [
  'physBase',
  'kaslrOffset',
  'textVirtualAddress',
  'textPhysicalAddress',
  'pageTableRoot',
  'pagingLevels',
];

/**
 * What the page tables of a kernel image let one say of it: where only a part of the image is seen, phys_base, weakly; the text, where that is
 * proved; the KASLR offset only under the assumption of the usual link address.
 */
export function claimOf(image: KernelImage, layout: KernelLayout): Pick<CandidateFinding, 'claim' | 'assumes' | 'strength'> {
  const { physBase, root, textStart } = image;
  if (!image.isMappedByItself) {
    return { claim: { physBase }, strength: 'weak' };
  }
  const seen: KernelClaim = { physBase, pageTableRoot: root.pageTableRoot, pagingLevels: root.levels };
  if (textStart === null) {
    return { claim: seen, strength: 'strong' };
  }
  const { virtualAddress: textVirtualAddress, physicalAddress: textPhysicalAddress } = textStart;
  const claim = { ...seen, textVirtualAddress, textPhysicalAddress };
  const kaslrOffset = Number(textVirtualAddress - layout.usualTextLinkAddress);
  // KASLR only ever moves a kernel up; one that lies lower was linked elsewhere.
  return kaslrOffset < 0
    ? { claim, strength: 'strong' }
    : {
        claim: { ...claim, kaslrOffset },
        assumes: { kaslrOffset: `_text is linked at ${hex(layout.usualTextLinkAddress)}` },
        strength: 'strong',
      };
}

/** The image's first mapping in words: `0xffffffff91200000 is mapped to 0x15000000, executable and read-only`. */
export function firstMappingOf(image: KernelImage): string {
  const [first] = image.runs;
  if (first === undefined) {
    return 'nothing is mapped';
  }
  const rights = `${first.isExecutable ? 'executable' : 'not executable'} and ${first.isWritable ? 'writable' : 'read-only'}`;
  return `${hex(first.virtualAddress)} is mapped to ${hex(first.physicalAddress)}, ${rights}`;
}
