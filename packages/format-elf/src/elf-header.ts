import {
  type ByteSource,
  type HeaderValue,
  hexOf,
  readExactly,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';
import { EI_CLASS, EI_DATA } from './elf-constants.ts';
import { type ElfIdent, elfIdent } from './elf-ident.ts';

/** The ELF header fields that lead to the rest of the file; `fields` holds all of them. */
export interface ElfHeader extends ElfIdent {
  readonly e_type: number;
  readonly e_machine: number;
  readonly e_phoff: number;
  readonly e_shoff: number;
  readonly e_phentsize: number;
  readonly e_phnum: number;
  readonly e_shentsize: number;
  readonly e_shnum: number;
  readonly fields: ReadonlyMap<string, HeaderValue>;
  readonly offsets: ReadonlyMap<string, number>;
}

const structure = 'ELF header';
type Width = 2 | 4 | 'address';
/** In order, after e_ident. Source: gABI, "ELF Header". */
const layout: readonly (readonly [string, Width])[] = [
  ['e_type', 2],
  ['e_machine', 2],
  ['e_version', 4],
  ['e_entry', 'address'],
  ['e_phoff', 'address'],
  ['e_shoff', 'address'],
  ['e_flags', 4],
  ['e_ehsize', 2],
  ['e_phentsize', 2],
  ['e_phnum', 2],
  ['e_shentsize', 2],
  ['e_shnum', 2],
  ['e_shstrndx', 2],
];

/**
 * Reads the ELF header. Ignores `e_ehsize`, because QEMU since 7.2 writes 8 there. Throws
 * `truncated`. Throws `malformed` where the bytes are no ELF file, or an offset is 2^53 or more.
 */
export function readElfHeader(source: ByteSource): ElfHeader {
  const head = readExactly(source, 0, Math.min(16, source.sizeInBytes), structure);
  const ident = elfIdent(head);
  if (ident === undefined) {
    throw new VmcorekitError('malformed', {
      structure,
      fileOffset: 0,
      field: 'e_ident',
      wanted: '\\x7fELF with a known class and byte order',
      got: Array.from(head.subarray(0, 6), (byte) => hexOf[byte]).join(' '),
    });
  }
  const wide = ident.wordSizeInBits === 64;
  const view = new StructView(
    readExactly(source, 0, wide ? 64 : 52, structure),
    ident.byteOrder,
    structure,
  );
  const fields = new Map<string, HeaderValue>([
    ['ei_class', view.uint8(EI_CLASS)],
    ['ei_data', view.uint8(EI_DATA)],
  ]);
  const offsets = new Map<string, number>([
    ['ei_class', EI_CLASS],
    ['ei_data', EI_DATA],
  ]);
  let at = 16;
  for (const [name, width] of layout) {
    offsets.set(name, at);
    const size = width === 'address' ? (wide ? 8 : 4) : width;
    fields.set(name, size === 2 ? view.uint16(at) : size === 4 ? view.uint32(at) : view.uint64(at));
    at += size;
  }
  const small = (name: string): number => Number(fields.get(name));
  const offset = (name: string): number =>
    wide ? view.uint53(offsets.get(name) ?? 0, name) : small(name);
  return {
    ...ident,
    e_type: small('e_type'),
    e_machine: small('e_machine'),
    e_phoff: offset('e_phoff'),
    e_shoff: offset('e_shoff'),
    e_phentsize: small('e_phentsize'),
    e_phnum: small('e_phnum'),
    e_shentsize: small('e_shentsize'),
    e_shnum: small('e_shnum'),
    fields,
    offsets,
  };
}
