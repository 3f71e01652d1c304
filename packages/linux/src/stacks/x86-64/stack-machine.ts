import { findSwitchFrame } from '../../without-types/x86-64/find-switch-frame.ts';
import { pointersByMode } from '../pointers-by-mode.ts';
import type { StackMachine } from '../stack-machine.ts';
import { stacksOf } from './cpu-stacks.ts';
import { isUserMode } from './pt-regs.ts';
import { savedContext, savedStackPointer } from './saved-context.ts';

/** x86-64. */
export const x8664Stacks: StackMachine = {
  architecture: 'x86_64',
  stackPointerMember: 'thread.sp',
  stacksOf,
  savedStackPointer,
  savedContext: (kernel, task) => savedContext(kernel, savedStackPointer(kernel, task)),
  findSwitchFrame,
  ...pointersByMode(isUserMode, 'rip', 'rsp'),
};
