import { ERASEINFO_NOTE_NAME, printable, QEMU_NOTE_NAME } from '@vmcorekit/core';
import type { Sign } from './sign.ts';

const wrote = { axis: 'writtenBy', who: 'makedumpfile' } as const;

/**
 * Traces of a kdump kernel that captured the memory. Source: Linux, kernel/crash_core.c
 * (CRASHTIME).
 */
export const kdumpSigns: readonly Sign[] = [
  {
    axis: 'capturedBy',
    who: 'kdump',
    score: 100,
    see({ vmcoreinfo, image }) {
      const time = vmcoreinfo?.crashTime;
      return time === undefined || image.notes.some((note) => note.name === QEMU_NOTE_NAME)
        ? undefined
        : {
            because: `VMCOREINFO has CRASHTIME=${printable(time)}, which a kernel writes when it crashes into kdump`,
            at: vmcoreInfoPlace(image),
          };
    },
  },
];

/**
 * Traces of makedumpfile, of this tool, and of a machine that no QEMU note names. A copy of
 * /proc/vmcore and makedumpfile's ELF output look alike, so neither is named by ELF headers alone.
 * Source: makedumpfile IMPLEMENTATION.
 */
export const rewriterSigns: readonly Sign[] = [
  {
    ...wrote,
    score: 60,
    see({ image }) {
      const note = image.notes.find((candidate) => candidate.name === ERASEINFO_NOTE_NAME);
      return note === undefined && (image.eraseinfo ?? '') === ''
        ? undefined
        : {
            because: 'it lists what was erased from it (ERASEINFO)',
            at:
              note === undefined
                ? []
                : [{ fileOffset: note.fileOffset, note: ERASEINFO_NOTE_NAME }],
          };
    },
  },
  {
    axis: 'writtenBy',
    who: 'vmcorekit',
    score: 1000,
    see({ image }) {
      const stamp = image.writerStamp;
      return stamp?.writer !== 'vmcorekit'
        ? undefined
        : {
            because: "it carries vmcorekit's stamp, in bytes that no other tool copies",
            at: [{ fileOffset: stamp.fileOffset, note: 'stamp' }],
          };
    },
  },
  {
    axis: 'capturedBy',
    who: 'kdump',
    score: 30,
    see(dump) {
      const name = dump.image.facts?.utsname?.nodename.value ?? '';
      return name !== '' && dump.cpus.every((cpu) => !cpu.from.includes('qemu'))
        ? {
            because: `utsname names the machine '${printable(name)}', and no note is QEMU's`,
            at: [],
          }
        : undefined;
    },
  },
];

function vmcoreInfoPlace(
  image: Parameters<Sign['see']>[0]['image'],
): { fileOffset: number; note: string }[] {
  const note = image.notes.find((candidate) => candidate.name === 'VMCOREINFO');
  const fileOffset = note?.fileOffset ?? image.facts?.vmcoreinfoAt?.fileOffset ?? 0;
  return fileOffset === 0 ? [] : [{ fileOffset, note: 'VMCOREINFO' }];
}
