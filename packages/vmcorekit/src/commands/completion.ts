import { UsageError } from '../arguments/usage-error.ts';
import { type Command, defineCommand, loadCommands } from '../command.ts';
import { bashScript } from '../completion/bash.ts';
import { type CompletionTable, completionTable } from '../completion/completion-table.ts';
import { fishScript } from '../completion/fish.ts';
import { zshScript } from '../completion/zsh.ts';
import { exitStatus, plainExits } from '../exit-status.ts';
import { writeAnswer } from '../terminal/answer.ts';

const scripts: Readonly<Record<string, (table: CompletionTable) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};
const shells = Object.keys(scripts);

export const completion: Command = defineCommand({
  operands: [{ name: 'SHELL', choices: shells }],
  options: {},
  isConfigured: false,
  details: [
    'Prints a script that completes commands, options and their values. To load it in every ' +
      'new shell:',
    'bash: source <(vmcorekit completion bash), in ~/.bashrc',
    'zsh: source <(vmcorekit completion zsh), after compinit in ~/.zshrc',
    'fish: vmcorekit completion fish | source, in ~/.config/fish/config.fish',
    'The script runs `vmcorekit plugins` once in each folder, for the names of heuristics, ' +
      'analyzers and page filters.',
  ],
  exits: plainExits,
  examples: ['bash', 'zsh', 'fish'],
  async run(invocation) {
    const [shell = ''] = invocation.operands;
    const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
    if (script === undefined) {
      throw new UsageError(`got '${shell}', wanted one of ${shells.join(', ')}`);
    }
    const text = script(completionTable(await loadCommands(invocation.commands)));
    await writeAnswer(
      invocation,
      () => ({ schema: 1, shell, script: text }),
      () => text,
    );
    return exitStatus.answered;
  },
});
