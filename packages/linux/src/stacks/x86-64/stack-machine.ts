import { findSwitchFrame } from '../../without-types/x86-64/find-switch-frame.ts';
import type { StackMachine } from '../stack-machine.ts';
import { stacksOf } from './cpu-stacks.ts';
import { isUserMode } from './pt-regs.ts';
import { savedContext, savedStackPointer } from './saved-context.ts';

/** x86-64. */
export const x8664Stacks: StackMachine = {
  architecture: 'x86_64',
  stacksOf,
  savedStackPointer,
  savedContext: (kernel, task) => savedContext(kernel, savedStackPointer(kernel, task)),
  findSwitchFrame,
  stackPointerIn: (registers) => (isUserMode(registers) ? undefined : registers.get('rsp')),
  programIn: (registers) =>
    isUserMode(registers) ? [registers.get('rip') ?? 0n, registers.get('rsp') ?? 0n] : undefined,
};
