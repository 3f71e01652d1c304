import {
  type BareNote,
  type Note,
  type NoteRegisters,
  QEMU_CPU_STATE_TYPE,
  QEMU_NOTE_NAME,
  type Registers,
  StructView,
} from '@vmcorekit/core';

const segments = ['cs', 'ds', 'es', 'fs', 'gs', 'ss', 'ldt', 'tr', 'gdt', 'idt'] as const;
const controlRegisters = ['cr0', 'cr1', 'cr2', 'cr3', 'cr4'];
const segmentsOffset = 152;
const segmentSizeInBytes = 24;
const controlRegistersOffset = 392;
const kernelGsBaseOffset = 432;
/** 440 bytes since QEMU 3.0, which added `kernel_gs_base`; 432 before. */
const sizeWithKernelGsBase = 440;
const sizeWithoutKernelGsBase = 432;
const knownVersion = 1;

/** The note of both x86 machines. Source: QEMU target/i386/arch_dump.c. */
export const qemuNoteSizesInBytes: readonly number[] = [
  sizeWithKernelGsBase,
  sizeWithoutKernelGsBase,
];

/**
 * QEMU's note of a whole x86 CPU: u32 version, u32 size, 18 general registers of 64 bits (16 of
 * them under `generalNames`, then the instruction pointer and the flags), ten segments (u32
 * selector, limit, flags, pad; u64 base) and CR0 to CR4. Segments come out as `cs`, `cs_limit`,
 * `cs_flags`, `cs_base` and so on. Undefined for a note of another name, version or size. Source:
 * the layout as QEMU 2.x to 10.x writes it for either x86 target.
 */
export function readQemuCpuState(
  note: Note,
  generalNames: readonly string[],
): NoteRegisters | undefined {
  const size = note.descriptor.length;
  if (
    note.name !== QEMU_NOTE_NAME ||
    note.type !== QEMU_CPU_STATE_TYPE ||
    size < sizeWithoutKernelGsBase
  ) {
    return undefined;
  }
  const view = new StructView(note.descriptor, 'little', 'QEMU CPU state', note.fileOffset);
  if (view.uint32(0) !== knownVersion || view.uint32(4) !== size) {
    return undefined;
  }
  const registers = new Map<string, bigint>();
  for (const [index, name] of generalNames.entries()) {
    registers.set(name, view.uint64(8 + index * 8));
  }
  for (const [index, name] of segments.entries()) {
    const at = segmentsOffset + index * segmentSizeInBytes;
    registers.set(name, BigInt(view.uint32(at)));
    registers.set(`${name}_limit`, BigInt(view.uint32(at + 4)));
    registers.set(`${name}_flags`, BigInt(view.uint32(at + 8)));
    registers.set(`${name}_base`, view.uint64(at + 16));
  }
  for (const [index, name] of controlRegisters.entries()) {
    registers.set(name, view.uint64(controlRegistersOffset + index * 8));
  }
  if (size >= sizeWithKernelGsBase) {
    registers.set('kernel_gs_base', view.uint64(kernelGsBaseOffset));
  }
  return { from: 'qemu', registers };
}

/** QEMU's note of a CPU with these registers. One that is not known is 0. */
export function writeQemuCpuState(registers: Registers, generalNames: readonly string[]): BareNote {
  const descriptor = new Uint8Array(sizeWithKernelGsBase);
  const view = new DataView(descriptor.buffer);
  const long = (at: number, name: string): void =>
    view.setBigUint64(at, registers.get(name) ?? 0n, true);
  const word = (at: number, name: string): void =>
    view.setUint32(at, Number(BigInt.asUintN(32, registers.get(name) ?? 0n)), true);
  view.setUint32(0, knownVersion, true);
  view.setUint32(4, descriptor.length, true);
  for (const [index, name] of generalNames.entries()) {
    long(8 + index * 8, name);
  }
  for (const [index, name] of segments.entries()) {
    const at = segmentsOffset + index * segmentSizeInBytes;
    word(at, name);
    word(at + 4, `${name}_limit`);
    word(at + 8, `${name}_flags`);
    long(at + 16, `${name}_base`);
  }
  for (const [index, name] of controlRegisters.entries()) {
    long(controlRegistersOffset + index * 8, name);
  }
  long(kernelGsBaseOffset, 'kernel_gs_base');
  return { name: QEMU_NOTE_NAME, type: QEMU_CPU_STATE_TYPE, descriptor };
}
