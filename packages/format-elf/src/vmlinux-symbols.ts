import type { ByteSource, FileClaim, FileHead, SymbolFile, SymbolTable } from '@vmcorekit/core';
import { ET_DYN, ET_EXEC, SHT_SYMTAB } from './elf-constants.ts';
import { readElfHeader } from './elf-header.ts';
import { elfIdent } from './elf-ident.ts';
import { readSections } from './vmlinux/section-headers.ts';
import { strippedKernel } from './vmlinux/stripped-kernel.ts';
import { VmlinuxTable } from './vmlinux/vmlinux-table.ts';

/**
 * Symbols of a vmlinux, with or without debug information. A stripped one gives its types only,
 * where it has BTF.
 */
export class VmlinuxSymbols implements SymbolFile {
  readonly name: string = 'vmlinux';
  readonly summary: string = 'vmlinux, 32- and 64-bit ELF with a symbol table, both byte orders';

  /** Relocatable kernels of some architectures (arm64, riscv, ppc64) are ET_DYN. */
  probe({ head }: FileHead): FileClaim | undefined {
    const ident = elfIdent(head);
    if (ident === undefined || head.length < 18) {
      return undefined;
    }
    const [low, high] = ident.byteOrder === 'little' ? [head[16], head[17]] : [head[17], head[16]];
    return high === 0 && (low === ET_EXEC || low === ET_DYN)
      ? { because: `\\x7fELF, ${low === ET_EXEC ? 'ET_EXEC' : 'ET_DYN'}`, strength: 'signature' }
      : undefined;
  }

  open(source: ByteSource): SymbolTable {
    try {
      const header = readElfHeader(source);
      const sections = readSections(source, header);
      const hasSymbols = sections.some(({ sh_type }) => sh_type === SHT_SYMTAB);
      return (
        (hasSymbols ? undefined : strippedKernel(source, sections, header, source.name)) ??
        new VmlinuxTable(source, header, sections)
      );
    } finally {
      source[Symbol.dispose]();
    }
  }
}
