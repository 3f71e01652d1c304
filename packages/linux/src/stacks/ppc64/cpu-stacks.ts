import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../../per-kernel.ts';
import { pointer } from '../../reading/fields.ts';
import { knownReader } from '../../reading/known-reader.ts';
import type { StackMachine } from '../stack-machine.ts';
import type { StackRegion } from '../stack-regions.ts';
import { stacksBy } from '../stacks-by.ts';
import { threadSizeOf } from '../thread-size.ts';

const wordSizeInBytes = 8;
/** Arrays of pointers to the low ends of stacks, by the number of a CPU. */
const arrays = [
  { name: 'irq', symbol: 'hardirq_ctx' },
  { name: 'softirq', symbol: 'softirq_ctx' },
] as const;
/** Members of a CPU's `paca` that point to the high ends. */
const emergencies = {
  emergency: 'emergency',
  'emergency-nmi': 'nmi',
  'emergency-mc': 'machineCheck',
} as const;

const readerOf = perKernel((kernel: Kernel) =>
  knownReader(kernel, 'paca_struct', {
    emergency: pointer('emergency_sp'),
    nmi: pointer('nmi_emergency_sp'),
    machineCheck: pointer('mc_emergency_sp'),
  }),
);

/**
 * The stacks that each CPU has for itself. Empty where nothing says where they are. Source: Linux,
 * arch/powerpc/kernel/irq.c (`hardirq_ctx`, `softirq_ctx`), arch/powerpc/include/asm/paca.h.
 */
function cpuStacksOf(kernel: Kernel, cpu: number): readonly StackRegion[] {
  const size = BigInt(threadSizeOf(kernel) ?? 0);
  if (size === 0n) {
    return [];
  }
  const region = (name: string, start: VirtualAddress | undefined): StackRegion[] =>
    start === undefined || start <= 0n ? [] : [{ name, start, end: start + size }];
  const paca = elementOf(kernel, 'paca_ptrs', cpu);
  const tops = paca === undefined ? undefined : readerOf(kernel)?.tryRead(paca);
  return [
    ...arrays.flatMap(({ name, symbol }) => region(name, elementOf(kernel, symbol, cpu))),
    ...(tops === undefined
      ? []
      : Object.entries(emergencies).flatMap(([name, member]) => region(name, tops[member] - size))),
  ];
}

/** `paca_ptrs` is a pointer to its array; the others are arrays. */
function elementOf({ memory, symbols }: Kernel, name: string, cpu: number): bigint | undefined {
  const symbol = symbols.find(name);
  if (symbol === undefined) {
    return undefined;
  }
  return tryRead(() => {
    const isPointer = symbol.sizeInBytes === wordSizeInBytes;
    const array = isPointer ? memory.readPointer(symbol.address) : symbol.address;
    return memory.readPointer(array + BigInt(cpu * wordSizeInBytes));
  });
}

/** The stacks that a task or a CPU may be on. */
export const stacksOf: StackMachine['stacksOf'] = stacksBy(cpuStacksOf);
