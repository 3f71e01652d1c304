import {
  type Dump,
  hex,
  NT_PRSTATUS,
  type Place,
  plural,
  QEMU_CPU_STATE_TYPE,
  QEMU_NOTE_NAME,
} from '@vmcorekit/core';
import { misreadPhysBase } from './misread-phys-base.ts';
import type { Sign } from './sign.ts';

/** Machines for whose CPUs QEMU writes no number: each note has pid 0 (target/ppc/arch_dump.c). */
const machinesWithoutNumbers: ReadonlySet<string> = new Set(['ppc64']);

const wrote = { axis: 'writtenBy', who: 'qemu' } as const;

/** QEMU's traces in notes and VMCOREINFO. Its habits in headers stand in the image's facts. */
export const qemuSigns: readonly Sign[] = [
  {
    axis: 'capturedBy',
    who: 'qemu',
    score: 200,
    see({ image }) {
      const notes = image.notes.filter(
        (note) => note.name === QEMU_NOTE_NAME && note.type === QEMU_CPU_STATE_TYPE,
      );
      const [first] = notes;
      return first === undefined
        ? undefined
        : {
            because: `${plural(notes.length, 'note holds', 'notes hold')} QEMU's own CPU state`,
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
      const pids = pidsOf(dump);
      const hasNumbers = !machinesWithoutNumbers.has(dump.architecture?.name ?? '');
      return pids.some((pid, index) => pid !== index + 1 && (hasNumbers || pid !== 0))
        ? {
            because: `the notes hold pids of processes (${shownPids(pids)}), where QEMU counts CPUs from 1`,
            at: prstatusPlace(dump),
          }
        : undefined;
    },
  },
  {
    axis: 'capturedBy',
    who: 'qemu',
    // Weighs as much as QEMU's CPU notes do, because other tools copy those.
    score: -150,
    see(dump) {
      const pids = pidsOf(dump);
      return pids.includes(0) && hasQemuNotes(dump)
        ? {
            because: `a note beside QEMU's CPU state has pid 0 (of ${shownPids(pids)}), which QEMU never writes`,
            at: prstatusPlace(dump),
          }
        : undefined;
    },
  },
];

const countsFromZero: Pick<Sign, 'see'> = {
  see(dump) {
    const pids = pidsOf(dump);
    return pids.length > 0 &&
      pids.length === dump.cpus.length &&
      pids.every((pid, index) => pid === index) &&
      hasQemuNotes(dump)
      ? {
          because: `QEMU's CPU state stands beside pids that count CPUs from 0 (${shownPids(pids)})`,
          at: prstatusPlace(dump),
        }
      : undefined;
  },
};

/**
 * Cloud Hypervisor writes QEMU's notes, with the CPU's number as pid. Source: vmm/src/cpu.rs and
 * coredump.rs.
 */
export const cloudHypervisorSigns: readonly Sign[] = [
  { axis: 'capturedBy', who: 'cloud-hypervisor', score: 40, ...countsFromZero },
  { axis: 'writtenBy', who: 'cloud-hypervisor', score: 40, ...countsFromZero },
];

function hasQemuNotes({ image }: Dump): boolean {
  return image.notes.some(
    ({ name, type }) => name === QEMU_NOTE_NAME && type === QEMU_CPU_STATE_TYPE,
  );
}

function pidsOf({ cpus }: Dump): number[] {
  return cpus.map(({ pid }) => pid).filter((pid) => pid !== null);
}

function shownPids(pids: readonly number[]): string {
  return `${pids.slice(0, 4).join(', ')}${pids.length > 4 ? ', …' : ''}`;
}

function prstatusPlace({ image }: Dump): Place[] {
  const note = image.notes.find(({ type }) => type === NT_PRSTATUS);
  return note === undefined ? [] : [{ fileOffset: note.fileOffset, note: 'NT_PRSTATUS' }];
}
