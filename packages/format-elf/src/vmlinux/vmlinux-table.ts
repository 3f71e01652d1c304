import {
  aliasRank,
  type ByteSource,
  type KernelSymbol,
  type LookUp,
  latin1UntilNul,
  type SymbolTable,
  type TypeSource,
  VmcorekitError,
} from '@vmcorekit/core';
import {
  SHF_EXECINSTR,
  SHF_WRITE,
  SHN_ABS,
  SHT_NOBITS,
  SHT_STRTAB,
  SHT_SYMTAB,
  STB_LOCAL,
  STB_WEAK,
} from '../elf-constants.ts';
import type { ElfHeader } from '../elf-header.ts';
import { AddressIndex, ascending } from './address-index.ts';
import { bannerOf, btfOf, buildIdOf } from './identity.ts';
import { NameIndex } from './name-index.ts';
import type { Section } from './section-headers.ts';
import { readSymbols, type SymbolColumns } from './symbol-columns.ts';

/**
 * The symbols of a vmlinux, at their link addresses. Reads only section headers, symbols, names,
 * notes, banner and BTF.
 */
export class VmlinuxTable implements SymbolTable {
  readonly from: string;
  readonly addresses = 'link' as const;
  readonly size: number;
  readonly banner?: string;
  readonly buildId?: string;
  readonly btf?: Uint8Array;
  readonly types?: TypeSource;
  readonly #symbols: SymbolColumns;
  readonly #byName: NameIndex;
  readonly #sections: readonly Section[];
  #byAddress: AddressIndex | null = null;
  /** What `types` reads. */
  readonly #kept: ByteSource | undefined;
  #bounds: { readonly start: bigint; readonly end: bigint } | undefined;

  /**
   * Reads the symbols. Keeps the source only for `types`. Throws `truncated`, `malformed`, or
   * `unsupported` for a file without symbols.
   */
  constructor(
    source: ByteSource,
    header: ElfHeader,
    sections: readonly Section[],
    types?: TypeSource,
  ) {
    const symtab = sections.find((section) => section.sh_type === SHT_SYMTAB);
    const strtab = symtab === undefined ? undefined : sections[symtab.sh_link];
    if (symtab === undefined || strtab === undefined || strtab.sh_type !== SHT_STRTAB) {
      throw new VmcorekitError('unsupported', {
        what: `${source.name} has no symbol table`,
        advice:
          'it is stripped: use the vmlinux of the debug package of that kernel, or its System.map',
      });
    }
    this.#sections = sections;
    this.#symbols = readSymbols(source, symtab, strtab, header);
    this.#byName = new NameIndex(this.#symbols);
    this.from = source.name;
    this.size = this.#symbols.count;
    const banner = bannerOf(source, sections, this.find('linux_banner')?.address);
    const buildId = buildIdOf(source, sections, header.byteOrder);
    if (banner !== undefined) {
      this.banner = banner;
    }
    if (buildId !== undefined) {
      this.buildId = buildId;
    }
    if (types !== undefined) {
      this.types = types;
      this.#kept = source;
    }
    const btf = btfOf(source, sections);
    if (btf !== undefined) {
      this.btf = btf;
    }
  }

  /** Modules are separate files, so a vmlinux has no module symbols. */
  find(name: string, module?: string): KernelSymbol | undefined {
    const index = module === undefined ? this.#byName.find(name) : -1;
    return index < 0 ? undefined : this.#symbol(index);
  }

  at(address: bigint, lookUp: LookUp = 'exact'): KernelSymbol | undefined {
    const inside = lookUp === 'return' ? address - 1n : address;
    const { start, end } = this.#boundsOfKernel();
    if (inside < start || inside >= end) {
      return undefined;
    }
    const index = this.#addressIndex().atOrBelow(inside);
    return index < 0 ? undefined : this.#symbol(index);
  }

  *[Symbol.iterator](): Generator<KernelSymbol, void, void> {
    for (const index of ascending(this.#symbols)) {
      yield this.#symbol(index);
    }
  }

  [Symbol.dispose](): void {
    this.#kept?.[Symbol.dispose]();
  }

  #symbol(index: number): KernelSymbol {
    const { size } = this.#symbols;
    return {
      name: this.#name(index),
      address: this.#address(index),
      type: this.#letterOf(index),
      sizeInBytes: size[index] === 0 ? null : (size[index] ?? null),
      module: null,
    };
  }

  /**
   * The type letter that `nm` prints: from the section's flags, upper case for what other files
   * see. Source: binutils' documentation of nm.
   */
  #letterOf(index: number): string {
    const { section, info } = this.#symbols;
    const shndx = section[index] ?? SHN_ABS;
    const binding = (info[index] ?? 0) >> 4;
    if (binding === STB_WEAK) {
      return 'W';
    }
    const { sh_flags = 0, sh_type = 0 } = this.#sections[shndx] ?? {};
    const letter =
      shndx >= SHN_ABS
        ? 'a'
        : (sh_flags & SHF_EXECINSTR) !== 0
          ? 't'
          : sh_type === SHT_NOBITS
            ? 'b'
            : (sh_flags & SHF_WRITE) !== 0
              ? 'd'
              : 'r';
    return binding === STB_LOCAL ? letter : letter.toUpperCase();
  }

  /**
   * The range from the start of the text to the end of the kernel; all addresses where the file
   * names neither.
   */
  #boundsOfKernel(): { readonly start: bigint; readonly end: bigint } {
    this.#bounds ??= {
      start: (this.find('_text') ?? this.find('_stext'))?.address ?? 0n,
      end: this.find('_end')?.address ?? 1n << 64n,
    };
    return this.#bounds;
  }

  #addressIndex(): AddressIndex {
    this.#byAddress ??= new AddressIndex(this.#symbols, (a, b) => this.#compareAliases(a, b));
    return this.#byAddress;
  }

  /** In the order of `nm -n` where they rank equal. */
  #compareAliases(a: number, b: number): number {
    const [one, other] = [this.#name(a), this.#name(b)];
    return (
      aliasRank(one, this.#letterOf(a)) - aliasRank(other, this.#letterOf(b)) ||
      (one < other ? -1 : one > other ? 1 : a - b)
    );
  }

  #name(index: number): string {
    const { names, nameOffset } = this.#symbols;
    return latin1UntilNul(names.subarray(nameOffset[index] ?? 0));
  }

  #address(index: number): bigint {
    return (BigInt(this.#symbols.high[index] ?? 0) << 32n) | BigInt(this.#symbols.low[index] ?? 0);
  }
}
