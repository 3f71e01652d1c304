import { type NoteFields, prstatusNote, qemuCpuStateNote } from '../notes/cpu-notes.ts';
import { buildElf } from './build-elf.ts';
import type { ElfFile, ElfSegmentSpec, ElfSpec } from './elf-spec.ts';

/**
 * A file as QEMU 7.2 and later write for an x86-64 guest: e_ehsize 8 (a slip), a null section and
 * .shstrtab at 64, program headers at 192, p_align 0, notes first, nothing aligned. Source: QEMU
 * dump/dump.c; seen on dumps of QEMU 7.2.
 */
export function qemuElf(
  segments: readonly ElfSegmentSpec[],
  options: { cpus?: number; notes?: readonly NoteFields[] } = {},
): ElfSpec {
  const pids = Array.from({ length: options.cpus ?? 1 }, (_, index) => index + 1);
  const notes = [
    ...pids.map((pr_pid) => prstatusNote({ pr_pid })),
    ...pids.map(() => qemuCpuStateNote()),
    ...(options.notes ?? []),
  ];
  return {
    segments: [{ notes }, ...segments],
    sections: [],
    sectionHeadersAt: 64,
    programHeadersAt: 192,
    fields: { e_ehsize: 8 },
  };
}

/** Guest memory that QEMU treats as one piece: a NUMA node, a ROM. */
export interface QemuMemoryBlock {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** Physical memory that the guest's page tables map as one piece. */
export interface QemuMapping {
  readonly start: number;
  readonly lengthInBytes: number;
}

/**
 * A file as QEMU writes with paging on: all blocks one after the other, mapped or not, and a
 * segment for each mapping, whose p_filesz is cut at the end of the block where it begins. Source:
 * QEMU dump/dump.c, `get_offset_range` and `dump_iterate`.
 */
export function qemuPagingElf(
  blocks: readonly QemuMemoryBlock[],
  mappings: readonly QemuMapping[],
): ElfFile {
  const nothing = { p_type: 0, data: Buffer.concat(blocks.map(({ bytes }) => bytes)), p_filesz: 0 };
  const segmentsWhereBlocksAre = (at: number): ElfSegmentSpec[] => [
    ...mappings.map(({ start, lengthInBytes }): ElfSegmentSpec => {
      let p_offset = at;
      for (const block of blocks) {
        const left = block.start + block.bytes.length - start;
        if (block.start <= start && left > 0) {
          return {
            p_type: 1,
            p_paddr: start,
            p_offset: p_offset + (start - block.start),
            p_filesz: Math.min(left, lengthInBytes),
            p_memsz: lengthInBytes,
          };
        }
        p_offset += block.bytes.length;
      }
      return { p_type: 1, p_paddr: start, p_offset: -1, p_filesz: 0, p_memsz: lengthInBytes };
    }),
    nothing,
  ];
  // The place of data follows from the number of headers, not from what they say.
  const blocksAt = buildElf(qemuElf(segmentsWhereBlocksAre(0))).segmentOffsets.at(-1) ?? 0;
  return buildElf(qemuElf(segmentsWhereBlocksAre(blocksAt)));
}
