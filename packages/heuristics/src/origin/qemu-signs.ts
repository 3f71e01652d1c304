import { hex, NT_PRSTATUS, QEMU_CPU_STATE_TYPE, QEMU_NOTE_NAME } from '@vmcorekit/core';
import { headerPhysBase, misreadPhysBase } from './misread-phys-base.ts';
import { fieldPlaces, fieldSign, isKdump, type Sign, textField } from './sign.ts';

const wrote = { axis: 'writtenBy', who: 'qemu' } as const;
/** Flag bits of `status`: zlib, lzo, snappy, as QEMU can write them. */
const qemuCodecs: readonly (number | string | undefined)[] = [1, 2, 4];
const zstd = 0x20;
const subHeaderSizes: readonly number[] = [104, 80];
const qemuUtsname = ['sysname', 'nodename', 'release', 'version', 'domainname'];
/** QEMU up to 7.2 writes the machine, later ones `Unknown`. */
const qemuMachines = ['x86_64', 'i386', 'i686', 'aarch64', 'arm', 's390x', 'ppc64', 'Unknown'];

/**
 * QEMU's habits in KDUMP and ELF files, seen on files of QEMU 7.2 and 10.0, and what it never does.
 * Source of the constants: QEMU, dump/dump.c.
 */
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
    see(dump) {
      const hasNote = dump.image.notes.some((note) => note.name === QEMU_NOTE_NAME);
      return isKdump(dump) && hasNote && textField(dump, 'release') === ''
        ? { because: 'a QEMU note stands in a KDUMP file that names no release', at: fieldPlaces(dump, 'release') }
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
            because: `the header's phys_base ${hex(misread.header)} is NUMBER(phys_base)=${misread.digits} with its decimal digits read as hexadecimal`,
            at: fieldPlaces(dump, 'phys_base'),
          };
    },
  },
  {
    ...wrote,
    score: 60,
    see(dump) {
      return headerPhysBase(dump) === -1n
        ? { because: 'phys_base is ~0, the marker for "not known"', at: fieldPlaces(dump, 'phys_base') }
        : undefined;
    },
  },
  fieldSign({ ...wrote, score: 20 }, [...qemuUtsname, 'machine'], 'only the machine is named in utsname', (...values) => {
    const [machine] = values.slice(-1);
    return values.slice(0, -1).every((value) => value === '') && typeof machine === 'string' && qemuMachines.includes(machine);
  }),
  fieldSign(
    { ...wrote, score: 15 },
    ['header_version', 'timestamp_sec', 'timestamp_usec'],
    'header_version is 6 and there is no timestamp',
    (version, seconds, microseconds) => version === 6 && seconds === 0 && microseconds === 0,
  ),
  fieldSign(
    { ...wrote, score: 10 },
    ['dump_level', 'split'],
    'dump_level is 1 and the dump is not split',
    (level, split) => level === 1 && split === 0,
  ),
  fieldSign({ ...wrote, score: 10 }, ['status'], 'status names one codec and nothing else', (status) =>
    qemuCodecs.includes(status),
  ),
  fieldSign({ ...wrote, score: 20 }, ['block_size', 'offset_note'], 'the notes follow the sub header at once', (block, offset) =>
    subHeaderSizes.includes(Number(offset) - Number(block)),
  ),
  fieldSign({ ...wrote, score: 100 }, ['e_ehsize'], 'e_ehsize is 8, a slip of QEMU since 7.2', (size) => size === 8),
  fieldSign(
    { ...wrote, score: 40 },
    ['e_shnum', 'e_phoff'],
    'the program headers follow two section headers, at 192',
    (sections, offset) => sections === 2 && offset === 192,
  ),

  fieldSign({ ...wrote, score: -100 }, ['release'], 'QEMU names no release', (release) => release !== ''),
  fieldSign({ ...wrote, score: -50 }, ['timestamp_sec'], 'QEMU writes no timestamp', (seconds) => seconds !== 0),
  fieldSign({ ...wrote, score: -50 }, ['dump_level'], 'QEMU writes dump_level 1 only', (level) => level !== 1),
  fieldSign({ ...wrote, score: -100 }, ['status'], 'QEMU knows no zstd', (status) => (Number(status) & zstd) !== 0),
  fieldSign({ ...wrote, score: -50 }, ['split'], 'QEMU does not split dumps', (split) => split !== 0),
  fieldSign({ ...wrote, score: -50 }, ['size_eraseinfo'], 'QEMU erases nothing', (size) => (Number(size) || 0) !== 0),
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
