import {
  type ByteSource,
  type DumpFormat,
  type DumpImage,
  type DumpWriter,
  type FormatContext,
  VmcorekitError,
} from '@vmcorekit/core';
import { ET_CORE } from './elf-constants.ts';
import { elfIdent } from './elf-ident.ts';
import { ElfImage } from './elf-image.ts';
import { ElfWriter } from './writer/elf-writer.ts';

/** ELF vmcores: QEMU's `dump-guest-memory` (paging on or off), kdump's /proc/vmcore, makedumpfile -E. */
export class ElfFormat implements DumpFormat {
  readonly name: string = 'elf';
  readonly summary: string = 'ELF vmcores, 32- and 64-bit, both byte orders: of QEMU, kdump, makedumpfile -E';

  readonly writer: DumpWriter = new ElfWriter();

  /** Claims every ELF file: `open` says of those that are no dump what they are. */
  probe(head: Uint8Array): string | undefined {
    const ident = elfIdent(head);
    if (ident === undefined) {
      return undefined;
    }
    const e_type = head.length < 18 ? undefined : ident.byteOrder === 'little' ? head[16] : head[17];
    return `\\x7fELF, ${ident.wordSizeInBits}-bit, ${ident.byteOrder}-endian${e_type === ET_CORE ? ', ET_CORE' : ''}`;
  }

  async open(sources: readonly ByteSource[], _context: FormatContext): Promise<DumpImage> {
    try {
      const [source] = sources;
      if (source === undefined || sources.length > 1) {
        throw new VmcorekitError('contract', { what: `an ELF dump is one file, got ${sources.length}` });
      }
      return new ElfImage(source);
    } catch (error) {
      for (const source of sources) {
        source[Symbol.dispose]();
      }
      throw error;
    }
  }
}
