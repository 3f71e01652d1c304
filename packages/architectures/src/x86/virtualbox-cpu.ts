import {
  type Note,
  type NoteRegisters,
  StructView,
  VIRTUALBOX_CPU_NOTE_NAME,
  VIRTUALBOX_CPU_TYPE,
} from '@vmcorekit/core';

/** Selectors: u64 base, u32 limit, u32 attributes, u16 selector. */
const segments = ['cs', 'ds', 'es', 'fs', 'gs', 'ss'] as const;
const segmentsOffset = 144;
const segmentSizeInBytes = 24;
/** Attributes stand in QEMU's flags, the second word of a descriptor, eight bits higher. */
const attributesShift = 8;
const attributesMask = 0xf0ff;
const controlRegistersOffset = 288;
const tablesOffset = 384;
const tableSizeInBytes = 16;
const sizeInBytes = 416;

/** Always 1. Source: Intel SDM volume 3, "Control Registers" and "EFLAGS Register". */
const CR0_ET = 1n << 4n;
const RFLAGS_RESERVED = 1n << 1n;
/** The highest flag is ID. */
const rflagsEnd = 1n << 22n;

/**
 * VirtualBox's note of a CPU (format 0x00010004 and later): 14 general registers of 64 bits, the
 * instruction and stack pointers, the base pointer and the flags, all under `generalNames`; six
 * segments; CR0, CR2, CR3, CR4; debug registers; the descriptor tables. Earlier formats hold a
 * structure of VirtualBox's own: their flags are no flags here, so the note is not read. Undefined
 * for other notes. Source: VirtualBox, include/VBox/vmm/dbgfcorefmt.h.
 */
export function readVirtualBoxCpu(
  note: Note,
  generalNames: readonly string[],
): NoteRegisters | undefined {
  if (
    note.name !== VIRTUALBOX_CPU_NOTE_NAME ||
    note.type !== VIRTUALBOX_CPU_TYPE ||
    note.descriptor.length < sizeInBytes
  ) {
    return undefined;
  }
  const view = new StructView(note.descriptor, 'little', 'VirtualBox CPU', note.fileOffset);
  const registers = new Map<string, bigint>();
  for (const [index, name] of generalNames.entries()) {
    registers.set(name, view.uint64(index * 8));
  }
  for (const [index, name] of segments.entries()) {
    const at = segmentsOffset + index * segmentSizeInBytes;
    registers.set(name, BigInt(view.uint16(at + 16)));
    registers.set(`${name}_base`, view.uint64(at));
    registers.set(`${name}_limit`, BigInt(view.uint32(at + 8)));
    const flags = (view.uint32(at + 12) & attributesMask) * 2 ** attributesShift;
    registers.set(`${name}_flags`, BigInt(flags));
  }
  for (const [index, name] of ['cr0', 'cr2', 'cr3', 'cr4'].entries()) {
    registers.set(name, view.uint64(controlRegistersOffset + index * 8));
  }
  for (const [index, name] of ['gdt', 'idt'].entries()) {
    const at = tablesOffset + index * tableSizeInBytes;
    registers.set(`${name}_base`, view.uint64(at));
    registers.set(`${name}_limit`, BigInt(view.uint32(at + 8)));
  }
  return isPossible(registers, generalNames.at(-1) ?? '')
    ? { from: 'virtualbox', registers }
    : undefined;
}

function isPossible(registers: ReadonlyMap<string, bigint>, flagsName: string): boolean {
  const [cr0 = 0n, flags = 0n] = [registers.get('cr0'), registers.get(flagsName)];
  return (cr0 & CR0_ET) !== 0n && (flags & RFLAGS_RESERVED) !== 0n && flags < rflagsEnd;
}
