import type { Kernel } from '@vmcorekit/core';
import { perCpuPointer } from '../../containers/index.ts';
import type { StackMachine } from '../stack-machine.ts';
import type { StackRegion } from '../stack-regions.ts';
import { stacksBy } from '../stacks-by.ts';

const pageSizeInBytes = 4096n;
/** IRQ_STACK_SIZE without KASAN, where no type says. */
const usualIrqStackSizeInBytes = 0x4000;
/** The members of `cea_exception_stacks`, and the names of their stacks. */
const exceptionStacks = ['DF', 'NMI', 'DB', 'MCE', 'VC', 'VC2'] as const;

/**
 * The stacks that each CPU has for itself: `irq`, one for each exception that has one, and `entry`.
 * Empty where nothing says where they are. Source: Linux, arch/x86/kernel/irq_64.c,
 * arch/x86/include/asm/cpu_entry_area.h.
 */
function cpuStacksOf(kernel: Kernel, cpu: number): readonly StackRegion[] {
  return [...irqStack(kernel, cpu), ...entryAreaStacks(kernel, cpu)];
}

/** The pointer is the highest word of the stack, or its end. */
function irqStack(kernel: Kernel, cpu: number): StackRegion[] {
  const { symbols, types } = kernel;
  const isAlone = symbols.find('hardirq_stack_ptr') !== undefined;
  const offset = isAlone ? 0 : types.struct('pcpu_hot')?.member('hardirq_stack_ptr')?.offsetInBytes;
  const top =
    offset === undefined
      ? undefined
      : perCpuPointer(kernel, isAlone ? 'hardirq_stack_ptr' : 'pcpu_hot', cpu, offset);
  if (top === undefined || top === 0n) {
    return [];
  }
  const end = ((top + pageSizeInBytes - 1n) / pageSizeInBytes) * pageSizeInBytes;
  const size = types.struct('irq_stack')?.sizeInBytes ?? usualIrqStackSizeInBytes;
  return [{ name: 'irq', start: end - BigInt(size), end }];
}

function entryAreaStacks(kernel: Kernel, cpu: number): StackRegion[] {
  const { types } = kernel;
  const stacks = perCpuPointer(kernel, 'cea_exception_stacks', cpu);
  if (stacks === undefined || stacks === 0n) {
    return [];
  }
  const struct = types.struct('cea_exception_stacks');
  const regions: StackRegion[] = [];
  for (const name of exceptionStacks) {
    const member = struct?.member(`${name}_stack`);
    if (member !== undefined && member.sizeInBytes !== null && member.sizeInBytes > 0) {
      const start = stacks + BigInt(member.offsetInBytes);
      regions.push({ name: name.toLowerCase(), start, end: start + BigInt(member.sizeInBytes) });
    }
  }
  const area = types.struct('cpu_entry_area');
  const exceptions = area?.member('estacks');
  const entry = area?.member('entry_stack_page');
  if (exceptions !== undefined && entry !== undefined) {
    const start = stacks - BigInt(exceptions.offsetInBytes) + BigInt(entry.offsetInBytes);
    regions.push({ name: 'entry', start, end: start + pageSizeInBytes });
  }
  return regions;
}

/** The stacks that a task or a CPU may be on. */
export const stacksOf: StackMachine['stacksOf'] = stacksBy(cpuStacksOf);
