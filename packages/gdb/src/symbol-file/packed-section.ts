import { ByteWriter } from './byte-writer.ts';
import { type ElfMachine, type ElfSection, sectionFlag } from './elf-file.ts';

/** Source: System V gABI, "Compression Header". */
const ELFCOMPRESS_ZLIB = 1;

/** Makes a zlib stream of bytes. */
export type Deflate = (bytes: Uint8Array) => Uint8Array;

/**
 * Sections of debug information, packed where that makes them smaller: debuggers unpack them. gdb
 * 13 makes a system call for each byte that comes through a pipe. Without `deflate`, they stay as
 * they are. Yields before each.
 */
export function* packedSections(
  sections: readonly ElfSection[],
  machine: ElfMachine,
  deflate: Deflate | undefined,
): Generator<string, readonly ElfSection[], void> {
  const packed: ElfSection[] = [];
  for (const section of sections) {
    yield 'packing the sections';
    packed.push(deflate === undefined ? section : packedSection(section, machine, deflate));
  }
  return packed;
}

function packedSection(section: ElfSection, machine: ElfMachine, deflate: Deflate): ElfSection {
  const { bytes = new Uint8Array(), flags = 0 } = section;
  const stream = deflate(bytes);
  const out = new ByteWriter(machine.byteOrder, machine.wordSizeInBytes);
  out.uint32(ELFCOMPRESS_ZLIB);
  if (machine.wordSizeInBytes === 8) {
    out.uint32(0);
  }
  out.word(BigInt(bytes.length));
  out.word(1n);
  out.bytes(stream);
  return out.length < bytes.length
    ? { ...section, flags: flags | sectionFlag.COMPRESSED, bytes: out.written() }
    : section;
}
