import {
  type ByteSource,
  type DumpFormat,
  type DumpImage,
  type DumpWriter,
  type FileClaim,
  type FileHead,
  inOneStep,
  isZero,
  type OpenContext,
  onlyFile,
  type Progress,
} from '@vmcorekit/core';
import { ET_CORE } from './elf-constants.ts';
import { elfIdent } from './elf-ident.ts';
import { ElfImage } from './elf-image.ts';
import { ElfWriter } from './writer/elf-writer.ts';

/**
 * ELF vmcores: QEMU's `dump-guest-memory` (paging on or off), kdump's /proc/vmcore, makedumpfile
 * -E.
 */
export class ElfFormat implements DumpFormat {
  readonly name: string = 'elf';
  readonly summary: string =
    'ELF vmcores, 32- and 64-bit, both byte orders: of QEMU, kdump, makedumpfile -E';

  readonly writer: DumpWriter = new ElfWriter();

  /**
   * Claims every ELF file, and `open` says what those that are no dump are. It cannot read a core
   * without program headers, so a format that knows such a core may claim it.
   */
  probe({ head }: FileHead): FileClaim | undefined {
    const ident = elfIdent(head);
    if (ident === undefined) {
      return undefined;
    }
    const e_type =
      head.length < 18 ? undefined : ident.byteOrder === 'little' ? head[16] : head[17];
    const because = `\\x7fELF, ${ident.wordSizeInBits}-bit, ${ident.byteOrder}-endian${e_type === ET_CORE ? ', ET_CORE' : ''}`;
    const e_phoff = ident.wordSizeInBits === 64 ? head.subarray(32, 40) : head.subarray(28, 32);
    const hasNoHeaders = e_type === ET_CORE && e_phoff.length > 0 && isZero(e_phoff);
    return { because, strength: hasNoHeaders ? 'name-only' : 'signature' };
  }

  async open(
    files: readonly ByteSource[],
    { architectures }: OpenContext,
  ): Promise<Generator<Progress, DumpImage, void>> {
    const file = onlyFile(files, 'an ELF dump');
    return inOneStep(() => new ElfImage(file, architectures));
  }
}
