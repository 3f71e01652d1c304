import { StructWriter } from '../elf/struct-writer.ts';

/** Fields of `vcpu_guest_context` of a 64-bit domain, by their names in Xen's public headers. */
const offsets: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    [
      ...['r15', 'r14', 'r13', 'r12', 'rbp', 'rbx', 'r11', 'r10'],
      ...['r9', 'r8', 'rax', 'rcx', 'rdx', 'rsi', 'rdi'],
    ].map((name, index) => [name, 520 + index * 8]),
  ),
  rip: 648,
  rflags: 664,
  rsp: 672,
  cr0: 4984,
  cr2: 5000,
  cr3: 5008,
  cr4: 5016,
  fs_base: 5144,
  gs_base_kernel: 5152,
  gs_base_user: 5160,
};
const selectors: Readonly<Record<string, number>> = { cs: 656, ss: 680, es: 688, ds: 696 };

/** A CPU as `xl dump-core` and `xl save` store it: 5168 bytes. */
export function xenGuestContext(
  fields: Readonly<Record<string, bigint>>,
  { flags = 0 }: { readonly flags?: number } = {},
): Uint8Array {
  const writer = new StructWriter(64, 'little');
  writer.data(0, new Uint8Array(5168));
  writer.field(512, 'word', flags);
  for (const [name, value] of Object.entries(fields)) {
    const [at, selectorAt] = [offsets[name], selectors[name]];
    if (at !== undefined) {
      writer.field(at, 'address', value);
    } else if (selectorAt !== undefined) {
      writer.field(selectorAt, 'half', value);
    } else {
      throw new Error(`vcpu_guest_context has no ${name}`);
    }
  }
  return writer.bytes;
}

/** VGCF_in_kernel: the CPU runs the kernel of a PV domain. */
export const xenInKernel = 4;
