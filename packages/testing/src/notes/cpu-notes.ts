import {
  CORE_NOTE_NAME,
  type Note,
  NT_PRSTATUS,
  QEMU_CPU_STATE_TYPE,
  QEMU_NOTE_NAME,
  VIRTUALBOX_CORE_NOTE_NAME,
  VIRTUALBOX_CPU_NOTE_NAME,
  VIRTUALBOX_CPU_TYPE,
} from '@vmcorekit/core';

export type NoteFields = Pick<Note, 'name' | 'type' | 'descriptor'>;

export interface PrstatusFields {
  readonly pr_pid: number;
  /** By the names of x86-64's user_regs_struct. */
  readonly pr_reg?: Readonly<Record<string, bigint>>;
}

/** Source: Linux arch/x86/include/asm/user_64.h, struct user_regs_struct. */
const generalRegisters: readonly string[] =
  'r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs rflags rsp ss fs_base gs_base ds es fs gs'.split(
    ' ',
  );

/**
 * An x86-64 CORE/NT_PRSTATUS note: pr_pid at 32, pr_reg at 112. Source: Linux
 * include/linux/elfcore.h, struct elf_prstatus.
 */
export function prstatusNote(fields: PrstatusFields): NoteFields {
  const descriptor = new Uint8Array(336);
  const view = new DataView(descriptor.buffer);
  view.setUint32(32, fields.pr_pid, true);
  for (const [index, name] of generalRegisters.entries()) {
    view.setBigUint64(112 + 8 * index, fields.pr_reg?.[name] ?? 0n, true);
  }
  return { name: CORE_NOTE_NAME, type: NT_PRSTATUS, descriptor };
}

export interface QemuCpuStateFields {
  /**
   * rax to rflags, and cs, cs_flags (0xaf9b00 in a 64-bit kernel), kernel_gs_base, cr0, cr2, cr3,
   * cr4, gdt_base, idt_base by those names.
   */
  readonly [register: string]: bigint;
}

const qemuOffsets: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    ['rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'rsp', 'rbp'].map((name, index) => [
      name,
      8 + 8 * index,
    ]),
  ),
  ...Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`r${index + 8}`, 72 + 8 * index])),
  rip: 136,
  rflags: 144,
  cs: 152,
  cs_flags: 160,
  gdt_base: 360,
  idt_base: 384,
  cr0: 392,
  cr1: 400,
  cr2: 408,
  cr3: 416,
  cr4: 424,
  kernel_gs_base: 432,
};

/**
 * QEMU's note of an x86 CPU: version 1, 440 bytes (432 before QEMU 3.0). Source: QEMU
 * target/i386/arch_dump.c, QEMUCPUState.
 */
export function qemuCpuStateNote(
  fields: QemuCpuStateFields = {},
  sizeInBytes: 440 | 432 = 440,
): NoteFields {
  const descriptor = new Uint8Array(sizeInBytes);
  const view = new DataView(descriptor.buffer);
  view.setUint32(0, 1, true);
  view.setUint32(4, sizeInBytes, true);
  for (const [name, value] of Object.entries(fields)) {
    const offset = qemuOffsets[name];
    if (offset === undefined) {
      throw new Error(`QEMU's CPU state has no register ${name} here`);
    }
    view.setBigUint64(offset, value, true);
  }
  return { name: QEMU_NOTE_NAME, type: QEMU_CPU_STATE_TYPE, descriptor };
}

const virtualBoxOffsets: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    [
      ...['rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14'],
      ...['r15', 'rip', 'rsp', 'rbp', 'rflags', 'cs_base'],
    ].map((name, index) => [name, 8 * index]),
  ),
  cs_attributes: 156,
  cs: 160,
  gs_base: 240,
  cr0: 288,
  cr2: 296,
  cr3: 304,
  cr4: 312,
  gdt_base: 384,
  idt_base: 400,
};
const virtualBoxSize = 1024;

/**
 * VirtualBox's note of a CPU, by the names of x86-64's registers; `cs_attributes` are VirtualBox's
 * (0xa09b in a 64-bit kernel). Source: VirtualBox, include/VBox/vmm/dbgfcorefmt.h, DBGFCORECPU.
 */
export function virtualBoxCpuNote(fields: Readonly<Record<string, bigint>>): NoteFields {
  const descriptor = new Uint8Array(virtualBoxSize);
  const view = new DataView(descriptor.buffer);
  for (const [name, value] of Object.entries(fields)) {
    const at = virtualBoxOffsets[name];
    if (at === undefined) {
      throw new Error(`a VirtualBox CPU note has no ${name} here`);
    }
    if (name === 'cs_attributes') {
      view.setUint32(at, Number(value), true);
    } else if (name === 'cs') {
      view.setUint16(at, Number(value), true);
    } else {
      view.setBigUint64(at, value, true);
    }
  }
  return { name: VIRTUALBOX_CPU_NOTE_NAME, type: VIRTUALBOX_CPU_TYPE, descriptor };
}

/** VirtualBox's note of the core itself: magic, format version, its size, VirtualBox's version. */
export function virtualBoxCoreNote(cpuCount: number): NoteFields {
  const words = [0xc01ac0de, 0x00010006, 24, 0x00070000, 1, cpuCount];
  const descriptor = new Uint8Array(new Uint32Array(words).buffer);
  return { name: VIRTUALBOX_CORE_NOTE_NAME, type: 0xb00, descriptor };
}
