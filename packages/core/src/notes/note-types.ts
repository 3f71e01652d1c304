/**
 * Note types and names, by the field's names. Source: ELF gABI, Linux include/uapi/linux/elf.h,
 * QEMU docs.
 */
export const NT_PRSTATUS = 1;
/** QEMU's CPU state has type 0 under the name `QEMU`. */
export const QEMU_CPU_STATE_TYPE = 0;
export const QEMU_NOTE_NAME = 'QEMU';
export const CORE_NOTE_NAME = 'CORE';
/** VMCOREINFO notes have type 0 under this name. */
export const VMCOREINFO_NOTE_NAME = 'VMCOREINFO';
export const ERASEINFO_NOTE_NAME = 'ERASEINFO';
