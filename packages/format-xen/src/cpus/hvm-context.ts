import type { Registers, StructView } from '@vmcorekit/core';

/**
 * The state of an HVM domain: records of u16 type, u16 instance, u32 length. Source: Xen,
 * xen/include/public/hvm/save.h and arch-x86/hvm/save.h, `struct hvm_hw_cpu`.
 */
const headSizeInBytes = 8;
const cpuType = 2;
const endType = 0;
/** Up to `msr_efer`; later versions of Xen add more. */
const leastCpuSizeInBytes = 1000;
const maxCpus = 8192;
const words: readonly (readonly [at: number, names: readonly string[]])[] = [
  [512, ['rax', 'rbx', 'rcx', 'rdx', 'rbp', 'rsi', 'rdi', 'rsp', 'r8', 'r9', 'r10', 'r11']],
  [608, ['r12', 'r13', 'r14', 'r15', 'rip', 'rflags', 'cr0', 'cr2', 'cr3', 'cr4']],
  [808, ['cs_base', 'ds_base', 'es_base', 'fs_base', 'gs_base', 'ss_base']],
  [872, ['idt_base', 'gdt_base']],
  [944, ['kernel_gs_base']],
  [992, ['efer']],
];
const selectorsAt = 736;
const selectors: readonly string[] = ['cs', 'ds', 'es', 'fs', 'gs', 'ss'];
const csRightsAt = 888;

/** The registers of each CPU, by the names of x86-64. */
export function registersOfHvmContext(view: StructView): Registers[] {
  const cpus: Registers[] = [];
  for (let at = 0; at + headSizeInBytes <= view.bytes.length; ) {
    const [type, instance, length] = [view.uint16(at), view.uint16(at + 2), view.uint32(at + 4)];
    const body = at + headSizeInBytes;
    if (type === endType) {
      break;
    }
    const isWhole = length >= leastCpuSizeInBytes && body + length <= view.bytes.length;
    if (type === cpuType && isWhole && instance < maxCpus) {
      cpus[instance] = registersAt(view, body);
    }
    at = body + length;
  }
  return Array.from(cpus, (registers) => registers ?? new Map<string, bigint>());
}

function registersAt(view: StructView, at: number): Registers {
  const rights = view.uint32(at + csRightsAt);
  return new Map<string, bigint>([
    ...words.flatMap(([from, names]) =>
      names.map((name, index) => [name, view.uint64(at + from + index * 8)] as const),
    ),
    ...selectors.map(
      (name, index) => [name, BigInt(view.uint32(at + selectorsAt + index * 4))] as const,
    ),
    // Xen keeps the rights without the limit between them: those of a descriptor's second word.
    ['cs_flags', BigInt(((rights & 0xff) << 8) | ((rights & 0xf00) << 12))],
  ]);
}
