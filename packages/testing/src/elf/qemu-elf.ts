import { type NoteFields, prstatusNote, qemuCpuStateNote } from '../notes/cpu-notes.ts';
import type { ElfSegmentSpec, ElfSpec } from './elf-spec.ts';

/**
 * What QEMU 7.2 and later write for an x86-64 guest: e_ehsize 8 (a slip), a null section and .shstrtab at 64, program headers at 192,
 * p_align 0, notes first, nothing aligned. Source: QEMU dump/dump.c; seen on dumps of QEMU 7.2.
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
