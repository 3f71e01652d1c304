import { type Kernel, type KernelCpu, type Registers, tryRead } from '@vmcorekit/core';
import { perKernel } from '../../per-kernel.ts';
import { optional, place, wide } from '../../reading/fields.ts';
import { knownReader } from '../../reading/known-reader.ts';
import { isOwnText } from '../kernel-text.ts';
import { readPtRegs } from './pt-regs.ts';

/**
 * A hibernating kernel switches all CPUs off but this one. Source: Linux,
 * kernel/power/hibernate.c (`create_image`).
 */
const lastCpu = 0;
const kernelCodeSegment = 0x10n;
/** The registers that a function keeps for its caller: the others hold something else by now. */
const kept = ['rbx', 'rbp', 'r12', 'r13', 'r14', 'r15'] as const;
/** Those that call `swsusp_arch_suspend`: the compiler may have put one into the other. */
const callers: ReadonlySet<string> = new Set(['create_image', 'hibernation_snapshot']);

/**
 * The CPU that copied the kernel's memory into a hibernation image, out of `saved_context`, as if
 * `swsusp_arch_suspend` had just returned. A sentence where the record is not proved to be of that
 * moment: any kernel that was once suspended has an old one. Undefined for all other dumps. Source:
 * Linux, arch/x86/power/cpu.c, hibernate_asm_64.S, arch/x86/include/asm/suspend_64.h.
 */
export const hibernatedCpuOf: (kernel: Kernel) => KernelCpu | string | undefined = perKernel(
  (kernel) => {
    const root = kernel.dump.image.facts?.copiedUnderRoot?.value;
    if (root === undefined) {
      return undefined;
    }
    const registers = registersIn(kernel, root);
    return typeof registers === 'string'
      ? `saved_context is not proved to be of the hibernated CPU: ${registers}`
      : { index: 0, number: lastCpu, pid: null, registers, from: ['saved_context'] };
  },
);

function registersIn(kernel: Kernel, root: bigint): Registers | string {
  const { memory, symbols } = kernel;
  const at = symbols.find('saved_context')?.address;
  if (at === undefined) {
    return `the symbols (${symbols.from}) do not name it`;
  }
  const reader = knownReader(kernel, 'saved_context', {
    regs: place('regs'),
    cr0: wide('cr0'),
    cr2: wide('cr2'),
    cr3: wide('cr3'),
    cr4: wide('cr4'),
    efer: optional(wide('efer')),
    gs_base: wide('kernelmode_gs_base', 'gs_base'),
    fs_base: optional(wide('fs_base')),
    idt_base: optional(wide('idt.address')),
    gdt_base: optional(wide('gdt_desc.address')),
  });
  const values = reader?.tryRead(at);
  if (values === undefined) {
    return 'its layout is not known, or it cannot be read';
  }
  const mmu = kernel.dump.architecture?.mmu;
  const rootBy = (cr3: bigint) =>
    mmu?.rootOf(new Map(Object.entries({ cr0: values.cr0, cr3, cr4: values.cr4 })));
  const own = rootBy(values.cr3);
  if (own === undefined || own.key !== rootBy(root)?.key) {
    return `its CR3 is 0x${values.cr3.toString(16)}, the file states 0x${root.toString(16)}`;
  }
  const saved = tryRead(() => readPtRegs(memory, values.regs));
  const stack = saved?.get('rsp');
  const returnTo = stack === undefined ? undefined : tryRead(() => memory.readPointer(stack));
  if (saved === undefined || stack === undefined || returnTo === undefined) {
    return 'its stack cannot be read';
  }
  const caller = isOwnText(kernel, returnTo) ? symbols.at(returnTo - 1n)?.name : undefined;
  if (caller === undefined || !callers.has(caller)) {
    return `its stack leads to ${caller ?? 'no code'}, not to what hibernates`;
  }
  const { cr0, cr2, cr3, cr4, efer, gs_base, fs_base, idt_base, gdt_base } = values;
  const rest = { cr0, cr2, cr3, cr4, efer, gs_base, fs_base, idt_base, gdt_base };
  return new Map<string, bigint>([
    ...kept.map((name) => [name, saved.get(name) ?? 0n] as const),
    ['rip', returnTo],
    ['rsp', stack + 8n],
    ['rflags', saved.get('eflags') ?? 0n],
    ['cs', kernelCodeSegment],
    ...Object.entries(rest).flatMap(([name, value]) =>
      value === null ? [] : [[name, value] as const],
    ),
  ]);
}
