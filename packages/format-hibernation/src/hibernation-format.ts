import { blockCodecs } from '@vmcorekit/compressors';
import {
  type ByteSource,
  type DumpFormat,
  type DumpImage,
  type FileClaim,
  type FileHead,
  isVmcorekitError,
  type OpenContext,
  onlyFile,
  type Progress,
  VmcorekitError,
} from '@vmcorekit/core';
import { hibernationImage } from './hibernation-image.ts';
import { swapFlags } from './layout.ts';
import { swapKindOf } from './swap-header.ts';

/**
 * Hibernated Linux in a swap area: a partition, or a file that holds one from its first byte. Pages
 * are 4 KiB and words 64 bits. Images of uswsusp and TuxOnIce are others.
 */
export class HibernationFormat implements DumpFormat {
  readonly name: string = 'linux-hibernation';
  readonly summary: string = 'swap areas with a hibernated Linux of 64 bits, compressed or not';

  probe({ head }: FileHead): FileClaim | undefined {
    switch (swapKindOf(head)) {
      case 'hibernated':
        return {
          because: 'S1SUSPEND at 4086, swap with a hibernated Linux',
          strength: 'signature',
        };
      case 'resumed':
        return { because: 'swap that led to a hibernated Linux', strength: 'signature' };
      default:
        return undefined;
    }
  }

  async open(
    files: readonly ByteSource[],
    { compressors }: OpenContext,
  ): Promise<Generator<Progress, DumpImage, void>> {
    const file = onlyFile(files, 'a hibernated swap area');
    // Which codec an image needs shows only when it is read.
    const lzo = await compressors.ready('lzo', 'decode').catch((error: unknown) => {
      if (isVmcorekitError(error)) {
        return error;
      }
      throw error;
    });
    return hibernationImage(file, this.name, (flags) => {
      if ((flags & swapFlags.lz4) !== 0) {
        return { name: 'lz4', decode: (packed, unpacked) => blockCodecs().lz4(packed, unpacked) };
      }
      if (lzo instanceof VmcorekitError) {
        throw lzo;
      }
      return { name: 'lzo', decode: (packed, unpacked) => lzo.decode(packed, unpacked) };
    });
  }
}
