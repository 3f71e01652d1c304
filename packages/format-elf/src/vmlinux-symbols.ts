import type { ByteSource, FileClaim, FileHead, SymbolFile, SymbolTable } from '@vmcorekit/core';
import { ET_DYN, ET_EXEC } from './elf-constants.ts';
import { elfIdent } from './elf-ident.ts';
import { VmlinuxTable } from './vmlinux/vmlinux-table.ts';

/** Symbols of a vmlinux, with or without debug information. */
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
      return new VmlinuxTable(source);
    } finally {
      source[Symbol.dispose]();
    }
  }
}
