import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { starter } from '@vmcorekit/config';
import { printable } from '@vmcorekit/core';
import { value } from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { type Command, defineCommand, type Invocation } from '../command.ts';
import { type ExitStatus, exitStatus, plainExits } from '../exit-status.ts';
import { asWritten } from '../io.ts';
import { type PluginKind, pluginFiles, pluginKinds, tryCommand } from '../starting/plugin-files.ts';
import { pluginNameOf } from '../starting/plugin-name.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { version } from '../version.ts';

export const init: Command = defineCommand({
  operands: [],
  options: {
    plugin: value(
      'NAME',
      'write a plug-in as a package NAME, with a test and a rule that runs it',
      (name) => name,
    ),
    kind: value(
      'KIND',
      `choose what the plug-in contributes: ${pluginKinds.join(' or ')} (default ${pluginKinds[0]})`,
      parseKind,
      { choices: pluginKinds },
    ),
  },
  isConfigured: false,
  details: [
    'Writes vmcorekit.config.yaml into the working directory. The file explains every setting ' +
      'and sets none. It takes effect when you trust it. No file is ever replaced.',
    'With --plugin, writes a plug-in in TypeScript that works: package.json, source, test, and a ' +
      'configuration that loads it. Run it in an empty folder.',
  ],
  exits: plainExits,
  examples: ['', '--plugin acme-notes', '--plugin @acme/tasks --kind analyzer'],
  async run(invocation) {
    const { plugin, kind } = invocation.options;
    if (plugin !== undefined) {
      return await writePlugin(invocation, plugin, kind ?? pluginKinds[0]);
    }
    if (kind !== undefined) {
      throw new UsageError('--kind needs --plugin NAME');
    }
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

async function writePlugin(
  invocation: Invocation,
  text: string,
  kind: PluginKind,
): Promise<ExitStatus> {
  const { folder } = invocation.io;
  const { registry } = invocation.toolkit;
  const name = pluginNameOf(text, registry);
  const heuristics = registry.all('heuristics').map((each) => each.name);
  const files = [...pluginFiles(name, kind, { version: version(), heuristics })];
  const existing = files.map(([path]) => path).filter((path) => existsSync(join(folder, path)));
  if (existing.length > 0) {
    throw new UsageError(
      `nothing was written: init replaces no file, and these exist already: ${existing.join(', ')}`,
    );
  }
  for (const [path, contents] of files) {
    const whole = join(folder, path);
    asWritten(whole, () => {
      mkdirSync(dirname(whole), { recursive: true });
      writeFileSync(whole, contents, { flag: 'wx' });
    });
  }
  const paths = files.map(([path]) => path);
  await writeAnswer(
    invocation,
    () => ({ schema: 1, written: folder, plugin: name.ofPackage, files: paths }),
    (style) =>
      [
        `wrote ${paths.join(', ')}`,
        '',
        style.strong('Next'),
        '  npm install',
        '  npm test',
        `  ${tryCommand(name.inKebabCase, kind)}`,
        '',
      ].join('\n'),
  );
  return exitStatus.answered;
}

function parseKind(text: string, option: string): PluginKind {
  const kind = pluginKinds.find((each) => each === text);
  if (kind === undefined) {
    throw new UsageError(`${option}: got '${text}', wanted one of ${pluginKinds.join(', ')}`);
  }
  return kind;
}
