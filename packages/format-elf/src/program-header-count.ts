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
 * The bound on program headers. QEMU with paging on writes one a mapping; a million of them take 56
 * MB of file.
 */
export const maxProgramHeaders: number = 1 << 20;
const chunkSizeInBytes = 256 * 1024;
/**
 * Source: gABI. The defined types are below it; from PT_LOOS on come those of systems and
 * processors. Nothing lies between.
 */
const typeCount = 8;
const PT_LOOS = 0x60000000;

/**
 * The number of program headers in the file. Where e_phnum is PN_XNUM, it stands in section header
 * 0's sh_info, but older versions of QEMU wrote rubbish there. If the table itself does not confirm
 * that number, the headers are counted, up to the first that cannot be one.
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
 * Counts headers of a possible type, up to the start of the first segment's bytes or of the section
 * headers, or to the end of the file.
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
