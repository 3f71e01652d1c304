import { shellWord } from '../shell-word.ts';
import type { NextStep, NextSubject } from './next-command.ts';
import type { NextFacts } from './next-facts.ts';

/**
 * How gdb sees the kernel that was chosen: `gdbserver` prints the whole command of gdb. None for a
 * machine that is not known.
 */
export function gdbSteps(
  { isChosen }: Pick<NextSubject, 'isChosen'>,
  { architecture, files }: Pick<NextFacts, 'architecture' | 'files'>,
): NextStep[] {
  return isChosen && architecture !== null
    ? [{ command: `vmcorekit gdbserver ${files.map(shellWord).join(' ')}`, because: null }]
    : [];
}
