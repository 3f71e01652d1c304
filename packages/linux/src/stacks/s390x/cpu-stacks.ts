import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../../per-kernel.ts';
import { pointer } from '../../reading/fields.ts';
import { knownReader } from '../../reading/known-reader.ts';
import type { StackMachine } from '../stack-machine.ts';
import type { StackRegion } from '../stack-regions.ts';
import { stacksBy } from '../stacks-by.ts';
import { threadSizeOf } from '../thread-size.ts';
import { lowcoreOf } from './lowcore-of.ts';
import { ptRegsLayoutOf } from './pt-regs.ts';
import { stackFrameLayoutOf } from './stack-frame.ts';

const stackAlignmentInBytes = 4096n;
const names = { irq: 'async', nodat: 'nodat', mcck: 'mcck', restart: 'restart' } as const;

const readerOf = perKernel((kernel: Kernel) =>
  knownReader(kernel, 'lowcore', {
    async: pointer('async_stack'),
    nodat: pointer('nodat_stack'),
    mcck: pointer('mcck_stack'),
    restart: pointer('restart_stack'),
  }),
);

/**
 * The stacks that each CPU has for itself, as its lowcore names them: the place of the first frame,
 * with room for `pt_regs` after it. Empty where nothing says where they are. Source: Linux,
 * arch/s390/include/asm/lowcore.h, arch/s390/include/asm/processor.h (STACK_INIT_OFFSET).
 */
function cpuStacksOf(kernel: Kernel, cpu: number): readonly StackRegion[] {
  const size = threadSizeOf(kernel);
  const registers = ptRegsLayoutOf(kernel)?.sizeInBytes;
  const frame = stackFrameLayoutOf(kernel)?.sizeInBytes;
  const lowcore = lowcoreOf(kernel, cpu);
  if (lowcore === undefined || size === null || !registers || !frame) {
    return [];
  }
  const tops = readerOf(kernel)?.tryRead(lowcore);
  const stackAt = (name: string, top: VirtualAddress): StackRegion[] => {
    const start = top - BigInt(size - registers - frame);
    return top === 0n || start < 0n || start % stackAlignmentInBytes !== 0n
      ? []
      : [{ name, start, end: start + BigInt(size) }];
  };
  return tops === undefined
    ? []
    : Object.entries(names).flatMap(([name, member]) => stackAt(name, tops[member]));
}

/** The stacks that a task or a CPU may be on. */
export const stacksOf: StackMachine['stacksOf'] = stacksBy(cpuStacksOf);
