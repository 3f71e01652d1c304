import { latin1UntilNul, StructView, type VirtualAddress } from '@vmcorekit/core';
import { linearWindow } from './toy64.ts';

export const imageHeaderSizeInBytes = 24;

/**
 * The start of a toy kernel: 8 bytes `TOYKERN`, u64 size of its image, u64 address of its banner.
 */
export interface ImageHeader {
  readonly imageSizeInBytes: number;
  readonly bannerAddress: VirtualAddress;
}

/**
 * The header at a physical address; undefined where there is none, or it describes an image
 * elsewhere.
 */
export function imageHeaderOf(bytes: Uint8Array, physicalAddress: number): ImageHeader | undefined {
  if (latin1UntilNul(bytes.subarray(0, 8)) !== 'TOYKERN') {
    return undefined;
  }
  const view = new StructView(bytes, 'little', 'toy image header', physicalAddress);
  const [imageSize, bannerAddress] = [view.uint64(8), view.uint64(16)];
  const start = linearWindow.start + BigInt(physicalAddress);
  return bannerAddress >= start && bannerAddress < start + imageSize && imageSize < 2n ** 32n
    ? { imageSizeInBytes: Number(imageSize), bannerAddress }
    : undefined;
}
