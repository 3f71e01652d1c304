import { hex, NT_PRSTATUS, QEMU_CPU_STATE_TYPE, QEMU_NOTE_NAME } from '@vmcorekit/core';
import { misreadPhysBase } from './misread-phys-base.ts';
import type { Sign } from './sign.ts';

const wrote = { axis: 'writtenBy', who: 'qemu' } as const;

/** QEMU's traces in notes and VMCOREINFO. Its habits in headers are among the image's facts. */
export const qemuSigns: readonly Sign[] = [
  {
    axis: 'capturedBy',
    who: 'qemu',
    score: 200,
    see({ image }) {
      const notes = image.notes.filter((note) => note.name === QEMU_NOTE_NAME && note.type === QEMU_CPU_STATE_TYPE);
      const [first] = notes;
      return first === undefined
        ? undefined
        : {
            because: `${notes.length} notes hold QEMU's own CPU state`,
            at: [{ fileOffset: first.fileOffset, note: 'QEMU note' }],
          };
    },
  },
  {
    ...wrote,
    score: 100,
    see({ image }) {
      const release = image.facts?.utsname?.release;
      return release?.value === '' && image.notes.some((note) => note.name === QEMU_NOTE_NAME)
        ? { because: 'a QEMU note stands in a KDUMP file that names no release', at: release.at }
        : undefined;
    },
  },
  {
    ...wrote,
    score: 100,
    see(dump) {
      const misread = misreadPhysBase(dump);
      return misread === undefined
        ? undefined
        : {
            because: `the header's phys_base ${hex(misread.hint.value)} is NUMBER(phys_base)=${misread.digits} with its decimal digits read as hexadecimal`,
            at: misread.hint.at,
          };
    },
  },
];

/** What QEMU never does. */
export const signsAgainstQemu: readonly Sign[] = [
  {
    axis: 'capturedBy',
    who: 'qemu',
    score: -50,
    see(dump) {
      const pids = dump.cpus.map((cpu) => cpu.pid).filter((pid) => pid !== null);
      const note = dump.image.notes.find((candidate) => candidate.type === NT_PRSTATUS);
      return pids.some((pid, index) => pid !== index + 1)
        ? {
            because: `the notes hold pids of processes (${pids.slice(0, 4).join(', ')}${pids.length > 4 ? ', …' : ''}), where QEMU counts CPUs from 1`,
            at: note === undefined ? [] : [{ fileOffset: note.fileOffset, note: 'NT_PRSTATUS' }],
          }
        : undefined;
    },
  },
];
