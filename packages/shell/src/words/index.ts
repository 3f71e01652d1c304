import { crashWords } from './crash-words.ts';
import { asShellWord } from './from-crash.ts';
import type { ShellWord } from './shell-word.ts';

/** The words of the shell, one a line, so that two additions do not meet. */
export const shellWords: readonly ShellWord[] = crashWords.map(asShellWord);
