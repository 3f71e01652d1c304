import { type ByteOrder, encodeNotes } from '@vmcorekit/core';
import { buildIdNote } from '../notes/text-notes.ts';
import { buildElf } from './build-elf.ts';
import type { ElfFile, ElfSectionSpec } from './elf-spec.ts';
import { StructWriter } from './struct-writer.ts';

const SHT_PROGBITS = 1;
const SHT_SYMTAB = 2;
const SHT_STRTAB = 3;
const SHT_NOTE = 7;
const SHT_NOBITS = 8;
const ET_EXEC = 2;
const STB_GLOBAL = 1;

export interface VmlinuxSymbolSpec {
  readonly name: string;
  readonly st_value: bigint;
  /** STB_GLOBAL, STT_NOTYPE. */
  readonly st_info?: number;
  /** .rodata's. */
  readonly st_shndx?: number;
}

/** A vmlinux in named fields: .rodata, .notes, .symtab, .strtab. */
export interface VmlinuxSpec {
  /** 64. */
  readonly wordSizeInBits?: 32 | 64;
  /** `little`. */
  readonly byteOrder?: ByteOrder;
  readonly symbols?: readonly VmlinuxSymbolSpec[];
  /** Put into .rodata, with the symbol `linux_banner`. */
  readonly banner?: string;
  /** 0xffffffff82000000, or 0xc2000000 in 32 bits. */
  readonly rodataAddress?: bigint;
  readonly buildId?: string;
  /** The contents of `.BTF`; without them there is no such section. */
  readonly btf?: Uint8Array;
  /** Further sections, like those of debug information. */
  readonly sections?: readonly ElfSectionSpec[];
  /** Without symbols, as `strip` leaves it. */
  readonly isStripped?: boolean;
  /** Sections in memory have no bytes, as `objcopy --only-keep-debug` leaves them. */
  readonly isDebugOnly?: boolean;
  /** Any field of the ELF header. */
  readonly fields?: Readonly<Record<string, number | bigint>>;
}

export function buildVmlinux(spec: VmlinuxSpec): ElfFile {
  const { wordSizeInBits = 64, byteOrder = 'little' } = spec;
  const rodataAddress =
    spec.rodataAddress ?? (wordSizeInBits === 64 ? 0xffffffff82000000n : 0xc2000000n);
  const rodata = text(`the bytes before it\0${spec.banner ?? ''}\0`);
  const symbols = [
    ...(spec.symbols ?? []),
    ...(spec.banner === undefined ? [] : [{ name: 'linux_banner', st_value: rodataAddress + 20n }]),
  ];
  const symtab = new StructWriter(wordSizeInBits, byteOrder);
  let strtab = '\0';
  let at = symtab.data(0, new Uint8Array(wordSizeInBits === 64 ? 24 : 16));
  for (const { name, st_value, st_info = STB_GLOBAL << 4, st_shndx = 1 } of symbols) {
    at = symtab.field(at, 'word', strtab.length);
    strtab += `${name}\0`;
    if (wordSizeInBits === 32) {
      at = symtab.field(symtab.field(at, 'address', st_value), 'word', 0);
    }
    at = symtab.field(symtab.field(at, 'byte', st_info), 'byte', 0);
    at = symtab.field(at, 'half', st_shndx);
    if (wordSizeInBits === 64) {
      at = symtab.field(symtab.field(at, 'address', st_value), 'address', 0);
    }
  }
  const notes = encodeNotes(
    spec.buildId === undefined ? [] : [buildIdNote(spec.buildId)],
    byteOrder,
  );
  const inMemory: ElfSectionSpec[] = [
    spec.isDebugOnly === true
      ? { name: '.rodata', sh_type: SHT_NOBITS, sh_addr: rodataAddress, sh_size: rodata.length }
      : { name: '.rodata', sh_type: SHT_PROGBITS, sh_addr: rodataAddress, data: rodata },
    { name: '.notes', sh_type: SHT_NOTE, data: notes, sh_addralign: 4 },
    ...(spec.btf === undefined ? [] : [{ name: '.BTF', sh_type: SHT_PROGBITS, data: spec.btf }]),
    ...(spec.sections ?? []),
  ];
  return buildElf({
    wordSizeInBits,
    byteOrder,
    sections: [
      ...inMemory,
      ...(spec.isStripped === true
        ? []
        : [
            {
              name: '.symtab',
              sh_type: SHT_SYMTAB,
              sh_link: inMemory.length + 2,
              data: symtab.bytes,
              sh_addralign: 8,
            },
            { name: '.strtab', sh_type: SHT_STRTAB, data: text(strtab) },
          ]),
    ],
    fields: { e_type: ET_EXEC, ...spec.fields },
  });
}

function text(characters: string): Uint8Array {
  return Uint8Array.from(characters, (character) => character.charCodeAt(0));
}
