import {
  type ByteSource,
  type Damage,
  hex,
  plural,
  readExactly,
  VmcorekitError,
} from '@vmcorekit/core';
import type { ElfHeader } from './elf-header.ts';
import { countProgramHeaders, maxProgramHeaders } from './program-header-count.ts';
import { wordReader } from './word-reader.ts';

const chunkSizeInBytes = 256 * 1024;
/** A multiple of this is exact as a number, as far as 64 bits go. */
const pageInBytes = 4096;

/**
 * Program headers as columns, in the file's order. Sizes and addresses are exact below 2^53; larger
 * ones are inexact, and are only used to refuse them. But a p_offset that is a multiple of 4096 is
 * always exact. p_vaddr cannot be trusted: it is only a habit of writers.
 */
export interface ProgramHeaders {
  readonly count: number;
  readonly type: Uint32Array;
  readonly offset: Float64Array;
  /** 1 where p_offset is a multiple of 4096. */
  readonly isOffsetOfPage: Uint8Array;
  readonly virtualAddress: Float64Array;
  readonly physicalAddress: Float64Array;
  readonly fileSize: Float64Array;
  readonly memorySize: Float64Array;
  readonly align: Float64Array;
  readonly fileOffset: number;
  readonly entrySizeInBytes: number;
  /** The offset of p_align in a header. */
  readonly alignOffset: number;
  /** All ones in a field of this width: "none" in files of QEMU and /proc/kcore. */
  readonly allOnes: number;
}

/** Where each field lies in a program header. Source: gABI, "Program Header". */
const layouts = {
  32: {
    sizeInBytes: 32,
    offset: 4,
    virtualAddress: 8,
    physicalAddress: 12,
    fileSize: 16,
    memorySize: 20,
    align: 28,
  },
  64: {
    sizeInBytes: 56,
    offset: 8,
    virtualAddress: 16,
    physicalAddress: 24,
    fileSize: 32,
    memorySize: 40,
    align: 48,
  },
} as const;

/**
 * Reads the program headers in the file; a table that is cut short is damage. Throws `malformed`
 * where e_phentsize is too small, `unsupported` beyond `maxProgramHeaders`.
 */
export function readProgramHeaders(
  source: ByteSource,
  header: ElfHeader,
  damage: Damage[],
): ProgramHeaders {
  const layout = layouts[header.wordSizeInBits];
  if (header.e_phentsize < layout.sizeInBytes) {
    throw new VmcorekitError('malformed', {
      structure: 'ELF header',
      fileOffset: header.offsets.get('e_phentsize') ?? 0,
      field: 'e_phentsize',
      wanted: `at least ${layout.sizeInBytes}`,
      got: header.e_phentsize,
    });
  }
  const told = countProgramHeaders(source, header, damage);
  const inFile = Math.floor(Math.max(0, source.sizeInBytes - header.e_phoff) / header.e_phentsize);
  const count = Math.min(told, inFile);
  if (count < told) {
    damage.push({
      name: 'file-truncated',
      loses: 'memory',
      detail: `the program headers at ${hex(header.e_phoff)} are ${told}, but the file ends at ${hex(source.sizeInBytes)}, after ${count}`,
      fileOffset: source.sizeInBytes,
    });
  }
  if (count > maxProgramHeaders) {
    throw new VmcorekitError('unsupported', {
      what: `${source.name} has ${plural(count, 'program header')}`,
      advice: `at most ${maxProgramHeaders} are read`,
    });
  }
  const headers: ProgramHeaders = {
    count,
    type: new Uint32Array(count),
    offset: new Float64Array(count),
    isOffsetOfPage: new Uint8Array(count),
    virtualAddress: new Float64Array(count),
    physicalAddress: new Float64Array(count),
    fileSize: new Float64Array(count),
    memorySize: new Float64Array(count),
    align: new Float64Array(count),
    fileOffset: header.e_phoff,
    entrySizeInBytes: header.e_phentsize,
    alignOffset: layout.align,
    allOnes: header.wordSizeInBits === 64 ? 2 ** 64 : 2 ** 32 - 1,
  };
  const rows = Math.floor(chunkSizeInBytes / header.e_phentsize);
  for (let first = 0; first < count; first += rows) {
    const length = Math.min(rows, count - first);
    const bytes = readExactly(
      source,
      header.e_phoff + first * header.e_phentsize,
      length * header.e_phentsize,
      'program headers',
    );
    const read = wordReader(bytes, header.byteOrder, header.wordSizeInBits);
    for (let index = 0; index < length; index++) {
      const at = index * header.e_phentsize;
      const row = first + index;
      headers.type[row] = read.uint32(at);
      headers.offset[row] = read.word(at + layout.offset);
      headers.isOffsetOfPage[row] = read.lowBits(at + layout.offset) % pageInBytes === 0 ? 1 : 0;
      headers.virtualAddress[row] = read.word(at + layout.virtualAddress);
      headers.physicalAddress[row] = read.word(at + layout.physicalAddress);
      headers.fileSize[row] = read.word(at + layout.fileSize);
      headers.memorySize[row] = read.word(at + layout.memorySize);
      headers.align[row] = read.word(at + layout.align);
    }
  }
  return headers;
}
