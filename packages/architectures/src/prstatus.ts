import {
  type BareNote,
  type ByteOrder,
  CORE_NOTE_NAME,
  type Cpu,
  type Note,
  type NoteRegisters,
  NT_PRSTATUS,
  type Registers,
  StructView,
} from '@vmcorekit/core';

/** Consecutive registers of one width. */
export interface RegisterGroup {
  readonly offset: number;
  readonly widthInBits: 32 | 64;
  /** In order; null for a slot without a register. */
  readonly names: readonly (string | null)[];
}

/**
 * `struct elf_prstatus` of one architecture. The fields before `pr_reg` depend only on the word
 * size. With a 64-bit long, `pr_pid` lies at 32 and `pr_reg` at 112; with a 32-bit long, at 24 and
 * 72. Source: Linux, include/linux/elfcore.h, struct elf_prstatus_common.
 */
export interface PrstatusLayout {
  readonly sizeInBytes: number;
  readonly wordSizeInBits: 32 | 64;
  readonly groups: readonly RegisterGroup[];
}

export const registersOffset64 = 112;
export const registersOffset32 = 72;
const pidOffset64 = 32;
const pidOffset32 = 24;

/**
 * Reads NT_PRSTATUS; undefined for any other note, and for any other size. Some writers end the
 * note with `pr_reg`, without `pr_fpvalid` and its padding. Such a note is one word shorter, and
 * loses no register.
 */
export function readPrstatus(
  note: Note,
  byteOrder: ByteOrder,
  layout: PrstatusLayout,
): NoteRegisters | undefined {
  const size = note.descriptor.length;
  const isOfThisSize =
    size === layout.sizeInBytes || size === layout.sizeInBytes - layout.wordSizeInBits / 8;
  if (note.name !== CORE_NOTE_NAME || note.type !== NT_PRSTATUS || !isOfThisSize) {
    return undefined;
  }
  const view = new StructView(note.descriptor, byteOrder, 'NT_PRSTATUS', note.fileOffset);
  const registers = new Map<string, bigint>();
  for (const group of layout.groups) {
    for (const [index, name] of group.names.entries()) {
      if (name !== null) {
        registers.set(
          name,
          view.uintptr(group.offset + (index * group.widthInBits) / 8, group.widthInBits),
        );
      }
    }
  }
  return {
    from: 'prstatus',
    pid: view.int32(layout.wordSizeInBits === 64 ? pidOffset64 : pidOffset32),
    registers,
  };
}

/**
 * NT_PRSTATUS of each CPU. Where no process is known, its place holds the CPU's number from 1, as
 * QEMU writes it.
 */
export function prstatusNotes(
  cpus: readonly Pick<Cpu, 'pid' | 'registers'>[],
  byteOrder: ByteOrder,
  layout: PrstatusLayout,
): BareNote[] {
  return cpus.map(({ pid, registers }, index) =>
    writePrstatus(registers, pid ?? index + 1, byteOrder, layout),
  );
}

/** NT_PRSTATUS with these registers. A register that is not known is 0. */
function writePrstatus(
  registers: Registers,
  pid: number,
  byteOrder: ByteOrder,
  layout: PrstatusLayout,
): BareNote {
  const descriptor = new Uint8Array(layout.sizeInBytes);
  const view = new DataView(descriptor.buffer);
  const isLittle = byteOrder === 'little';
  view.setUint32(layout.wordSizeInBits === 64 ? pidOffset64 : pidOffset32, pid, isLittle);
  for (const { offset, widthInBits, names } of layout.groups) {
    for (const [index, name] of names.entries()) {
      const value = (name === null ? undefined : registers.get(name)) ?? 0n;
      const at = offset + (index * widthInBits) / 8;
      if (widthInBits === 64) {
        view.setBigUint64(at, value, isLittle);
      } else {
        view.setUint32(at, Number(BigInt.asUintN(32, value)), isLittle);
      }
    }
  }
  return { name: CORE_NOTE_NAME, type: NT_PRSTATUS, descriptor };
}

/** `prefix0` to `prefixN`, inclusive. */
export function numbered(prefix: string, first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `${prefix}${first + index}`);
}
