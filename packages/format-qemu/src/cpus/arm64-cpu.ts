import { type FieldPlaces, type RegisterRow, readRegisters, valueAt } from './field-values.ts';

/** System registers by the numbers that QEMU and KVM give them: op0, op1, CRn, CRm, op2. */
const systemRegisters: ReadonlyMap<bigint, string> = new Map([
  [systemRegister(3, 0, 1, 0, 0), 'sctlr_el1'],
  [systemRegister(3, 0, 2, 0, 0), 'ttbr0_el1'],
  [systemRegister(3, 0, 2, 0, 1), 'ttbr1_el1'],
  [systemRegister(3, 0, 2, 0, 2), 'tcr_el1'],
  [systemRegister(3, 0, 5, 2, 0), 'esr_el1'],
  [systemRegister(3, 0, 6, 0, 0), 'far_el1'],
  [systemRegister(3, 0, 12, 0, 0), 'vbar_el1'],
]);
const generalRows: readonly RegisterRow[] = [
  ...Array.from({ length: 31 }, (_, index): RegisterRow => [`x${index}`, 'env.xregs', index]),
  // The stack pointer in use.
  ['sp', 'env.xregs', 31],
  ['pc', 'env.pc'],
  ['pstate', 'cpsr'],
];

/**
 * The registers of an arm64 CPU, under the names of the architecture's notes, and system registers
 * under the manual's. Source: QEMU, target/arm/machine.c, vmstate_arm_cpu; Linux,
 * arch/arm64/include/uapi/asm/kvm.h.
 */
export function arm64Registers(body: Uint8Array, places: FieldPlaces): ReadonlyMap<string, bigint> {
  const registers = readRegisters(body, places, generalRows);
  const count = places.get('cpreg_vmstate_indexes')?.count ?? 0;
  for (let index = 0; index < count; index++) {
    const name = systemRegisters.get(valueAt(body, places, 'cpreg_vmstate_indexes', index) ?? 0n);
    const value = valueAt(body, places, 'cpreg_vmstate_values', index);
    if (name !== undefined && value !== undefined) {
      registers.set(name, value);
    }
  }
  return registers;
}

/** An ID of KVM_REG_ARM64 with 64 bits, in KVM_REG_ARM64_SYSREG. */
function systemRegister(op0: number, op1: number, crn: number, crm: number, op2: number): bigint {
  const encoding = (op0 << 14) | (op1 << 11) | (crn << 7) | (crm << 3) | op2;
  return 0x6030_0000_0013_0000n | BigInt(encoding);
}
