import { type Registers, StructView } from '@vmcorekit/core';

/**
 * `vcpu_guest_context` of a 64-bit domain. Source: Xen, xen/include/public/arch-x86/xen.h and
 * xen-x86_64.h.
 */
export const guestContextSizeInBytes = 5168;
/** That of a 32-bit domain. */
export const guestContext32SizeInBytes = 2800;

const flagsAt = 512;
const generalAt = 520;
const generalNames: readonly string[] = [
  ...['r15', 'r14', 'r13', 'r12', 'rbp', 'rbx', 'r11', 'r10'],
  ...['r9', 'r8', 'rax', 'rcx', 'rdx', 'rsi', 'rdi'],
];
const wordFields: readonly (readonly [name: string, offset: number])[] = [
  ['rip', 648],
  ['rflags', 664],
  ['rsp', 672],
  ['cr0', 4984],
  ['cr2', 5000],
  ['cr3', 5008],
  ['cr4', 5016],
  ['fs_base', 5144],
];
const selectorFields: readonly (readonly [name: string, offset: number])[] = [
  ['cs', 656],
  ['ss', 680],
  ['es', 688],
  ['ds', 696],
  ['fs', 704],
  ['gs', 712],
];
const gsBaseKernelAt = 5152;
const gsBaseUserAt = 5160;
/** VGCF_in_kernel. */
const inKernel = 4;
const privilegeMask = 3n;

/**
 * The registers of a CPU of a 64-bit domain; none where Xen gave none. `gs_base` is the base in
 * use, and `kernel_gs_base` the other one, as the processor has them.
 *
 * @param isParavirtual its kernel runs in ring 3, and a flag says whether it runs. Then the
 *   privilege in `cs` is 0 here, as in the frames that Xen makes for such a kernel.
 */
export function registersOfContext(bytes: Uint8Array, isParavirtual: boolean): Registers {
  const view = new StructView(bytes, 'little', 'vcpu_guest_context');
  const registers = new Map<string, bigint>([
    ...generalNames.map((name, index) => [name, view.uint64(generalAt + index * 8)] as const),
    ...wordFields.map(([name, at]) => [name, view.uint64(at)] as const),
    ...selectorFields.map(([name, at]) => [name, BigInt(view.uint16(at))] as const),
  ]);
  if ([...registers.values()].every((value) => value === 0n)) {
    return new Map();
  }
  const cs = registers.get('cs') ?? 0n;
  const isKernel = isParavirtual
    ? (view.uint32(flagsAt) & inKernel) !== 0
    : (cs & privilegeMask) === 0n;
  if (isKernel) {
    registers.set('cs', cs & ~privilegeMask);
  }
  const [kernel, user] = [view.uint64(gsBaseKernelAt), view.uint64(gsBaseUserAt)];
  registers.set('gs_base', isKernel ? kernel : user);
  registers.set('kernel_gs_base', isKernel ? user : kernel);
  return registers;
}
