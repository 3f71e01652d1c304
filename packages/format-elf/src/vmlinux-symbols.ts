import type {
  ByteSource,
  FileClaim,
  FileHead,
  SymbolFile,
  SymbolFileContext,
  SymbolTable,
} from '@vmcorekit/core';
import type { SectionCodecs } from './dwarf/debug-section.ts';
import { codecsFor, dwarfSource, hasDwarf } from './dwarf/dwarf-source.ts';
import { ET_DYN, ET_EXEC, SHT_SYMTAB } from './elf-constants.ts';
import { readElfHeader } from './elf-header.ts';
import { elfIdent } from './elf-ident.ts';
import { readSections } from './vmlinux/section-headers.ts';
import { strippedKernel } from './vmlinux/stripped-kernel.ts';
import { VmlinuxTable } from './vmlinux/vmlinux-table.ts';

/**
 * Symbols of a vmlinux, with or without debug information, and the types of its BTF and DWARF. A
 * stripped one gives its types only, where it has BTF.
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

  /**
   * With DWARF, the table keeps the source until it is disposed. Without a context, compressed
   * sections of DWARF cannot be unpacked, and their types are refused when asked for.
   */
  open(source: ByteSource): SymbolTable;
  open(source: ByteSource, context: SymbolFileContext): Promise<SymbolTable>;
  open(source: ByteSource, context?: SymbolFileContext): SymbolTable | Promise<SymbolTable> {
    return context === undefined ? opened(source, new Map()) : openedWith(source, context);
  }
}

async function openedWith(
  source: ByteSource,
  { compressors }: SymbolFileContext,
): Promise<SymbolTable> {
  let codecs: SectionCodecs;
  try {
    const header = readElfHeader(source);
    codecs = await codecsFor(source, readSections(source, header), header, compressors);
  } catch (error) {
    source[Symbol.dispose]();
    throw error;
  }
  return opened(source, codecs);
}

function opened(source: ByteSource, codecs: SectionCodecs): SymbolTable {
  let isKept = false;
  try {
    const header = readElfHeader(source);
    const sections = readSections(source, header);
    const hasSymbols = sections.some(({ sh_type }) => sh_type === SHT_SYMTAB);
    const stripped = hasSymbols ? undefined : strippedKernel(source, sections, header, source.name);
    if (stripped !== undefined) {
      return stripped;
    }
    const types = hasDwarf(sections) ? dwarfSource(source, sections, header, codecs) : undefined;
    const table = new VmlinuxTable(source, header, sections, types);
    isKept = types !== undefined;
    return table;
  } finally {
    if (!isKept) {
      source[Symbol.dispose]();
    }
  }
}
