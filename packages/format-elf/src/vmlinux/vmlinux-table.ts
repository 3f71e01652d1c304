import { type ByteSource, latin1UntilNul, type SymbolTable, VmcorekitError } from '@vmcorekit/core';
import { SHT_STRTAB, SHT_SYMTAB } from '../elf-constants.ts';
import { readElfHeader } from '../elf-header.ts';
import { AddressIndex } from './address-index.ts';
import { bannerOf, buildIdOf } from './identity.ts';
import { NameIndex } from './name-index.ts';
import { readSections } from './section-headers.ts';
import { readSymbols, type SymbolColumns } from './symbol-columns.ts';

/** The symbols of a vmlinux, at their link addresses. Of the file, only section headers, symbols, names, notes and banner are read. */
export class VmlinuxTable implements SymbolTable {
  readonly from: string;
  readonly addresses = 'link' as const;
  readonly size: number;
  readonly banner?: string;
  readonly buildId?: string;
  readonly #symbols: SymbolColumns;
  readonly #byName: NameIndex;
  #byAddress: AddressIndex | null = null;

  /** Does not keep the source. Throws `truncated`, `malformed`, or `unsupported` for a file without symbols. */
  constructor(source: ByteSource) {
    const header = readElfHeader(source);
    const sections = readSections(source, header);
    const symtab = sections.find((section) => section.sh_type === SHT_SYMTAB);
    const strtab = symtab === undefined ? undefined : sections[symtab.sh_link];
    if (symtab === undefined || strtab === undefined || strtab.sh_type !== SHT_STRTAB) {
      throw new VmcorekitError('unsupported', {
        what: `${source.name} has no symbol table`,
        advice: 'it is stripped: use the vmlinux of the debug package of that kernel, or its System.map',
      });
    }
    this.#symbols = readSymbols(source, symtab, strtab, header);
    this.#byName = new NameIndex(this.#symbols);
    this.from = source.name;
    this.size = this.#symbols.count;
    const banner = bannerOf(source, sections, this.addressOf('linux_banner'));
    const buildId = buildIdOf(source, sections, header.byteOrder);
    if (banner !== undefined) {
      this.banner = banner;
    }
    if (buildId !== undefined) {
      this.buildId = buildId;
    }
  }

  addressOf(name: string): bigint | undefined {
    const index = this.#byName.find(name);
    return index < 0 ? undefined : this.#address(index);
  }

  nearest(address: bigint): { readonly name: string; readonly address: bigint } | undefined {
    this.#byAddress ??= new AddressIndex(this.#symbols);
    const index = this.#byAddress.atOrBelow(address);
    if (index < 0) {
      return undefined;
    }
    const { names, nameOffset } = this.#symbols;
    return { name: latin1UntilNul(names.subarray(nameOffset[index] ?? 0)), address: this.#address(index) };
  }

  #address(index: number): bigint {
    return (BigInt(this.#symbols.high[index] ?? 0) << 32n) | BigInt(this.#symbols.low[index] ?? 0);
  }
}
