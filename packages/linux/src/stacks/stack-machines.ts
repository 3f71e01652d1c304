import type { Kernel } from '@vmcorekit/core';
import { arm64Stacks } from './arm64/stack-machine.ts';
import { i386Stacks } from './i386/stack-machine.ts';
import { ppc64Stacks } from './ppc64/stack-machine.ts';
import { riscv64Stacks } from './riscv64/stack-machine.ts';
import { s390xStacks } from './s390x/stack-machine.ts';
import type { StackMachine } from './stack-machine.ts';
import { x8664Stacks } from './x86-64/stack-machine.ts';

const machines: readonly StackMachine[] = [
  x8664Stacks,
  arm64Stacks,
  riscv64Stacks,
  s390xStacks,
  ppc64Stacks,
  i386Stacks,
];

/** The machine of a kernel; undefined for an architecture whose stacks are not known. */
export function stackMachineOf({ dump }: Pick<Kernel, 'dump'>): StackMachine | undefined {
  return machines.find(({ architecture }) => architecture === dump.architecture?.name);
}
