import { LineError, readLine, type ShellLine } from '@vmcorekit/shell';
import { aliases } from '../arguments/other-words.ts';
import { commandsHere } from '../here/commands-here.ts';
import type { OpenShell } from './open-shell.ts';

/** The first words that a line may have: of the shell, of vmcorekit, and of other tools. */
export function shellCommands({ here, words }: Pick<OpenShell, 'here' | 'words'>): string[] {
  return [
    ...new Set([
      'help',
      ...words.map(({ name }) => name),
      ...commandsHere(here).map(({ name }) => name),
      ...aliases.keys(),
    ]),
  ];
}

/** What a line asks for, or why it cannot be run. */
export function readShellLine(text: string, commands: readonly string[]): ShellLine | LineError {
  try {
    return readLine(text, (word) => commands.includes(word));
  } catch (error) {
    if (error instanceof LineError) {
      return error;
    }
    throw error;
  }
}
