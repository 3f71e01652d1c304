import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { starter } from '@vmcorekit/config';
import { printable } from '@vmcorekit/core';
import { type Command, defineCommand } from '../command.ts';
import { exitStatus } from '../exit-status.ts';
import { asWritten } from '../io.ts';
import { writeAnswer } from '../terminal/answer.ts';

export const init: Command = defineCommand({
  operands: [],
  options: {},
  isConfigured: false,
  details: [
    'Writes vmcorekit.config.yaml into the working directory: every setting explained, none in force. Overwrites nothing. ' +
      'It counts once you trust it.',
  ],
  examples: [''],
  async run(invocation) {
    const path = join(invocation.io.folder, 'vmcorekit.config.yaml');
    asWritten(path, () => writeFileSync(path, starter, { flag: 'wx' }));
    await writeAnswer(
      invocation,
      () => ({ schema: 1, written: path }),
      () =>
        `wrote ${printable(path)}; when you have edited it: vmcorekit trust vmcorekit.config.yaml\n`,
    );
    return exitStatus.answered;
  },
});
