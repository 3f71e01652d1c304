import { resolve } from 'node:path';
import { filesOf, TrustStore, userFolder } from '@vmcorekit/config';
import { printable } from '@vmcorekit/core';
import { UsageError } from '../arguments/usage-error.ts';
import { type Command, defineCommand } from '../command.ts';
import { exitStatus, plainExits } from '../exit-status.ts';
import { asWritten } from '../io.ts';
import { writeAnswer } from '../terminal/answer.ts';

export const trust: Command = defineCommand({
  operands: [{ name: 'FILE', completes: 'file' }],
  options: {},
  isConfigured: false,
  details: [
    'Trusts FILE. A configuration file in this or a parent folder has no effect until you trust ' +
      'it, because dumps often lie in folders that others filled.',
    'Trust covers the contents of the file, of the presets it extends and of the plug-ins it ' +
      'names. When one of them changes, the file has no effect until you trust it again.',
  ],
  exits: plainExits,
  examples: ['vmcorekit.config.yaml'],
  async run(invocation) {
    const { io, operands } = invocation;
    const folder = userFolder(io.env);
    if (folder === undefined) {
      throw new UsageError('trust cannot be stored: set HOME or XDG_CONFIG_HOME, neither is set');
    }
    const path = resolve(io.folder, operands[0] ?? '');
    const files = await filesOf(path);
    const store = new TrustStore(folder);
    asWritten(store.path, () => store.trust(path, files));
    const lines = [
      `trusted ${path}`,
      ...files.filter((file) => file !== path).map((file) => `  and ${file}`),
    ];
    await writeAnswer(
      invocation,
      () => ({ schema: 1, trusted: path, files }),
      () => `${lines.map(printable).join('\n')}\n`,
    );
    return exitStatus.answered;
  },
});
