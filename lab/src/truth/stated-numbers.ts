import type { KernelTruth } from './truth.ts';

/** Names that tools have for what a VMCOREINFO states under the same name. */
const sameNames: readonly string[] = [
  'kimage_voffset',
  'va_kernel_pa_offset',
  'phys_ram_base',
  'KERNELOFFSET',
  'KERNELOFFPHYS',
  'IDENTITYBASE',
];

/**
 * The numbers of a kernel's place that its VMCOREINFO states, by the names that its machine's tools
 * have for them. Leaves out what it does not state.
 */
export function statedNumbers({
  vmcoreinfo,
}: Pick<KernelTruth, 'vmcoreinfo'>): ReadonlyMap<string, bigint> {
  const numbers = new Map<string, bigint>();
  for (const name of sameNames) {
    const [number, digits] = [vmcoreinfo[`NUMBER(${name})`], vmcoreinfo[name]];
    if (number !== undefined || digits !== undefined) {
      numbers.set(name, BigInt(number ?? `0x${digits}`));
    }
  }
  const unusedBits = vmcoreinfo['NUMBER(TCR_EL1_T1SZ)'];
  if (unusedBits !== undefined) {
    const bits = 64n - BigInt(unusedBits);
    const builtFor = BigInt(vmcoreinfo['NUMBER(VA_BITS)'] ?? 0);
    const start = BigInt(vmcoreinfo['NUMBER(PHYS_OFFSET)'] ?? 0);
    numbers.set('vabits_actual', bits);
    // crash takes the linear map from the bits in use; the kernel, from those it is built for.
    numbers.set('phys_offset', BigInt.asUintN(64, start + 2n ** builtFor - 2n ** bits));
  }
  return numbers;
}
