import {
  type ByteSource,
  type Damage,
  hex,
  plural,
  readExactly,
  StructView,
} from '@vmcorekit/core';
import { PN_XNUM } from './elf-constants.ts';
import type { ElfHeader } from './elf-header.ts';
import { wordReader } from './word-reader.ts';

/**
 * The bound on program headers: QEMU with paging on writes one a mapping, and a million of them are
 * 56 MB of file.
 */
export const maxProgramHeaders: number = 1 << 20;
const chunkSizeInBytes = 256 * 1024;
/**
 * gABI: below are the defined types, from PT_LOOS on those of systems and processors; nothing lies
 * between.
 */
const typeCount = 8;
const PT_LOOS = 0x60000000;

/**
 * How many program headers the file says it has. Where e_phnum is PN_XNUM the number lies in
 * section header 0's sh_info, but older versions of QEMU wrote rubbish there: a number that the
 * table itself does not bear out gives way to the count of headers up to the first thing that
 * cannot be one.
 */
export function countProgramHeaders(
  source: ByteSource,
  header: ElfHeader,
  damage: Damage[],
): number {
  if (header.e_phnum !== PN_XNUM) {
    return header.e_phnum;
  }
  const told = extendedCount(source, header);
  const counted = countPlausible(source, header);
  if (told !== undefined && (told === counted || (told >= PN_XNUM && told < counted))) {
    return told;
  }
  damage.push({
    name: 'program-header-count',
    loses: 'nothing',
    detail:
      `e_phnum is PN_XNUM, but section header 0 at ${hex(header.e_shoff)} ` +
      (told === undefined ? 'is not in the file' : `says ${told}`) +
      `; counted: ${plural(counted, 'program header')}`,
    fileOffset: header.e_shoff,
  });
  return counted;
}

function extendedCount(source: ByteSource, header: ElfHeader): number | undefined {
  const [sizeInBytes, infoAt] = header.wordSizeInBits === 64 ? [64, 44] : [40, 28];
  if (header.e_shoff === 0 || header.e_shoff + sizeInBytes > source.sizeInBytes) {
    return undefined;
  }
  const section = new StructView(
    readExactly(source, header.e_shoff, sizeInBytes, 'section header 0'),
    header.byteOrder,
    'section header 0',
  );
  return section.uint32(infoAt);
}

/**
 * Counts headers of a possible type, up to where the first segment's bytes, the section headers or
 * the file's end begin.
 */
function countPlausible(source: ByteSource, header: ElfHeader): number {
  let end =
    header.e_shoff > header.e_phoff
      ? Math.min(header.e_shoff, source.sizeInBytes)
      : source.sizeInBytes;
  const [offsetAt, fileSizeAt] = header.wordSizeInBits === 64 ? [8, 32] : [4, 16];
  const rows = Math.floor(chunkSizeInBytes / header.e_phentsize);
  let count = 0;
  while (count <= maxProgramHeaders) {
    const start = header.e_phoff + count * header.e_phentsize;
    const length = Math.min(rows, Math.floor((end - start) / header.e_phentsize));
    if (length <= 0) {
      return count;
    }
    const chunk = readExactly(source, start, length * header.e_phentsize, 'program headers');
    const read = wordReader(chunk, header.byteOrder, header.wordSizeInBits);
    for (let at = 0; at < chunk.length; at += header.e_phentsize) {
      const p_type = read.uint32(at);
      if (
        (p_type >= typeCount && p_type < PT_LOOS) ||
        header.e_phoff + (count + 1) * header.e_phentsize > end
      ) {
        return count;
      }
      const p_offset = read.word(at + offsetAt);
      if (read.word(at + fileSizeAt) > 0 && p_offset > header.e_phoff) {
        end = Math.min(end, p_offset);
      }
      count++;
    }
  }
  return count;
}
