import { findSwitchFrame } from '../../without-types/x86-64/find-switch-frame.ts';
import type { StackMachine } from '../stack-machine.ts';
import { isUserMode } from './pt-regs.ts';
import { savedContext, savedStackPointer } from './saved-context.ts';
import { stacksOf } from './stacks-of.ts';

/** x86-64. */
export const x8664Stacks: StackMachine = {
  architecture: 'x86_64',
  stacksOf,
  savedStackPointer,
  savedContext,
  findSwitchFrame,
  stackPointerIn: (registers) => (isUserMode(registers) ? undefined : registers.get('rsp')),
};
