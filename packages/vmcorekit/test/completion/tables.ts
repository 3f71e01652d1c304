import type { Command } from '../../dist/command.js';
import { loadCommands } from '../../dist/command.js';
import { commands } from '../../dist/commands/index.js';
import { type CompletionTable, completionTable } from '../../dist/completion/completion-table.js';

/** That of the command itself. */
export async function ownTable(): Promise<CompletionTable> {
  return completionTable(await loadCommands(commands));
}

export const oddChoice = "it's [a] $(touch oops) `b`";

/** A command whose texts hold everything that a shell may take for its own. */
export function oddTable(): CompletionTable {
  const summary = `says [this]: it's "$HOME" \\ \`touch oops\` $(touch oops); (that)`;
  const command: Pick<Command, 'options' | 'operands'> = {
    operands: [{ name: 'A:B', choices: [oddChoice] }],
    options: {
      way: { summary, placeholder: 'W:[X]', choices: [oddChoice], read: () => undefined },
      'in-folder': { summary, placeholder: 'FOLDER', completes: 'folder', read: () => undefined },
    },
  };
  return completionTable([{ name: 'odd', summary, command }]);
}
