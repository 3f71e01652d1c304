/**
 * Note types and names, by the field's own words. Source: ELF gABI, Linux include/uapi/linux/elf.h,
 * QEMU docs.
 */
export const NT_PRSTATUS = 1;
/** Floating-point registers. */
export const NT_PRFPREG = 2;
/** QEMU's CPU state is a note named `QEMU` of type 0. */
export const QEMU_CPU_STATE_TYPE = 0;
export const QEMU_NOTE_NAME = 'QEMU';
/** Notes of a core that VirtualBox wrote. Source: VirtualBox, include/VBox/vmm/dbgfcorefmt.h. */
export const VIRTUALBOX_CORE_NOTE_NAME = 'VBCORE';
export const VIRTUALBOX_CPU_NOTE_NAME = 'VBCPU';
export const VIRTUALBOX_CPU_TYPE = 0xb01;
export const CORE_NOTE_NAME = 'CORE';
/** VMCOREINFO notes have this name and type 0. */
export const VMCOREINFO_NOTE_NAME = 'VMCOREINFO';
export const ERASEINFO_NOTE_NAME = 'ERASEINFO';
