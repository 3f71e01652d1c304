import {
  type Architecture,
  type BareNote,
  type ByteOrder,
  type Mmu,
  type Note,
  type NoteRegisters,
  type Registers,
  StructView,
} from '@vmcorekit/core';
import {
  numbered,
  type PrstatusLayout,
  prstatusNotes,
  readPrstatus,
  registersOffset64,
} from '../prstatus.ts';
import { walksFrom } from '../radix/walks.ts';
import { findRoots, topTableLook } from './find-roots.ts';
import { mapsLinearly } from './linear-map.ts';
import { rootOfAsce, s390xRoot, topTableOf } from './root.ts';

/** Source: Linux, arch/s390/include/uapi/asm/ptrace.h, s390_regs. */
const prstatus: PrstatusLayout = {
  sizeInBytes: 336,
  wordSizeInBits: 64,
  groups: [
    {
      offset: registersOffset64,
      widthInBits: 64,
      names: ['psw_mask', 'psw_addr', ...numbered('r', 0, 15)],
    },
    { offset: registersOffset64 + 144, widthInBits: 32, names: numbered('a', 0, 15) },
    { offset: registersOffset64 + 208, widthInBits: 64, names: ['orig_r2'] },
  ],
};

/** Source: Linux, include/uapi/linux/elf.h: NT_S390_CTRS and NT_S390_PREFIX. */
const linuxNoteName = 'LINUX';
const controlRegisters = { type: 0x304, sizeInBytes: 128 } as const;
const prefix = { type: 0x305, sizeInBytes: 4 } as const;
/** PID_MAX_LIMIT of 64-bit kernels: no process has a greater number. */
const maxPid = 0x40_0000;

/** Bits of the mask of a PSW. Source: z/Architecture Principles of Operation, figure of the PSW. */
const translationOn = 1n << 58n;
const addressSpace = 3n << 46n;
const homeSpace = 3n << 46n;

function read(note: Note, byteOrder: ByteOrder): NoteRegisters | undefined {
  const registers = note.name === linuxNoteName ? readLinuxNote(note, byteOrder) : undefined;
  const status = registers ?? readPrstatus(note, byteOrder, prstatus);
  return status?.pid === undefined ? status : { ...status, pid: pidOf(status.pid) };
}

function readLinuxNote(note: Note, byteOrder: ByteOrder): NoteRegisters | undefined {
  const view = new StructView(note.descriptor, byteOrder, 'LINUX note', note.fileOffset);
  const isOf = ({ type, sizeInBytes }: { type: number; sizeInBytes: number }): boolean =>
    note.type === type && note.descriptor.length === sizeInBytes;
  if (isOf(controlRegisters)) {
    const names = numbered('cr', 0, 15);
    return {
      from: 'control',
      registers: new Map(names.map((name, index) => [name, view.uintptr(index * 8, 64)])),
    };
  }
  return isOf(prefix)
    ? { from: 'prefix', registers: new Map([['prefix', view.uintptr(0, 32)]]) }
    : undefined;
}

function controlNote(registers: Registers, byteOrder: ByteOrder): BareNote {
  const descriptor = new Uint8Array(controlRegisters.sizeInBytes);
  const view = new DataView(descriptor.buffer);
  for (const [index, name] of numbered('cr', 0, 15).entries()) {
    view.setBigUint64(index * 8, registers.get(name) ?? 0n, byteOrder === 'little');
  }
  return { name: linuxNoteName, type: controlRegisters.type, descriptor };
}

function prefixNote(registers: Registers, byteOrder: ByteOrder): BareNote {
  const descriptor = new Uint8Array(prefix.sizeInBytes);
  const value = Number(BigInt.asUintN(32, registers.get('prefix') ?? 0n));
  new DataView(descriptor.buffer).setUint32(0, value, byteOrder === 'little');
  return { name: linuxNoteName, type: prefix.type, descriptor };
}

/** QEMU writes the number of a CPU for a pid, in the byte order of its own machine. */
function pidOf(pid: number): number {
  const bytes = new DataView(new ArrayBuffer(4));
  bytes.setInt32(0, pid);
  const swapped = bytes.getInt32(0, true);
  return (pid > maxPid || pid < 0) && swapped >= 0 && swapped <= maxPid ? swapped : pid;
}

/** Whether the CPU ran in the home space, which is the kernel's on every CPU. */
function isInHomeSpace(registers: Registers): boolean {
  const mask = registers.get('psw_mask') ?? 0n;
  return (mask & translationOn) !== 0n && (mask & addressSpace) === homeSpace;
}

/**
 * DAT. Control register 13 names the kernel's tables on every CPU: Linux runs in the home space,
 * and programs run in the primary one, whose tables hold nothing of the kernel. So a CPU's root is
 * that of its home space, also where it waits after a panic, with translation off. A reset clears
 * the register.
 */
const mmu: Mmu = {
  rootOf: (registers) => rootOfAsce(registers.get('cr13') ?? 0n),
  isTranslating: (registers) => {
    const asce = registers.get('cr13');
    return asce === undefined ? undefined : asce !== 0n;
  },
  instructionAddress: (registers) =>
    isInHomeSpace(registers) ? registers.get('psw_addr') : undefined,
  rootsAt: (tableAddress) =>
    ([3, 4, 2, 5] as const).map((levels) => s390xRoot(tableAddress, levels)),
  ...walksFrom(topTableOf),
  findRoots,
  rootLook: () => topTableLook,
  mapsLinearly,
};

/** IBM Z. */
export const s390x: Architecture = {
  name: 's390x',
  machines: {
    elf: [{ machine: 22, wordSizeInBits: 64 }],
    utsname: ['s390x'],
    prstatusSizeInBytes: prstatus.sizeInBytes,
  },
  wordSizeInBits: 64,
  byteOrder: 'big',
  pageSizesInBytes: [4096],
  registers: {
    read,
    notesOf: (cpus, byteOrder) => [
      ...prstatusNotes(cpus, byteOrder, prstatus),
      ...cpus.map(({ registers }) => controlNote(registers, byteOrder)),
      ...cpus.map(({ registers }) => prefixNote(registers, byteOrder)),
    ],
  },
  mmu,
};
