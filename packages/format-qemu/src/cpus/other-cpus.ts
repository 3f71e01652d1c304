import type { RegisterRow } from './field-values.ts';

const sixteen = Array.from({ length: 16 }, (_, index) => index);
/** In the order of their numbers; x0 is always 0. */
const riscv64Names = [
  ...['ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1'],
  ...['a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'],
  ...['s2', 's3', 's4', 's5', 's6', 's7', 's8', 's9', 's10', 's11'],
  ...['t3', 't4', 't5', 't6'],
];

/** Source: QEMU, target/riscv/machine.c, vmstate_riscv_cpu. */
export const riscv64Rows: readonly RegisterRow[] = [
  ...riscv64Names.map((name, index): RegisterRow => [name, 'env.gpr', index + 1]),
  ['pc', 'env.pc'],
  ['satp', 'env.satp'],
  ['stvec', 'env.stvec'],
  ['sepc', 'env.sepc'],
  ['scause', 'env.scause'],
  ['stval', 'env.stval'],
];

/**
 * Special registers by their numbers in `env.spr`. Source: QEMU, target/ppc/machine.c,
 * vmstate_ppc_cpu, and cpu.h (SPR_XER, SPR_LR, SPR_CTR, SPR_DSISR, SPR_DAR).
 */
export const ppc64Rows: readonly RegisterRow[] = [
  ...Array.from({ length: 32 }, (_, index): RegisterRow => [`r${index}`, 'env.gpr', index]),
  ['nip', 'env.nip'],
  ['msr', 'env.msr'],
  ['xer', 'env.spr', 1],
  ['lr', 'env.spr', 8],
  ['ctr', 'env.spr', 9],
  ['dsisr', 'env.spr', 18],
  ['dar', 'env.spr', 19],
];

/**
 * The second word of the partition's entry, which says where the process table lies. On a pseries
 * machine the hypervisor has it, and the guest sets it. Source: QEMU, hw/ppc/spapr.c
 * (vmstate_spapr_patb_entry) and spapr_hcall.c (H_REGISTER_PROC_TBL).
 */
export const ppc64MachineRows: readonly RegisterRow[] = [['pate1', 'spapr_patb_entry.patb_entry']];

/** Source: QEMU, target/s390x/machine.c, vmstate_s390_cpu. */
export const s390xRows: readonly RegisterRow[] = [
  ['psw_mask', 'env.psw.mask'],
  ['psw_addr', 'env.psw.addr'],
  ...sixteen.map((index): RegisterRow => [`r${index}`, 'env.regs', index]),
  ...sixteen.map((index): RegisterRow => [`a${index}`, 'env.aregs', index]),
  ...sixteen.map((index): RegisterRow => [`cr${index}`, 'env.cregs', index]),
  ['prefix', 'env.psa'],
];
