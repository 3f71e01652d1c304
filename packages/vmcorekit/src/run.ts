import type { Toolkit } from '@vmcorekit/engine';
import { checkOperands, commandAt, commandsBelow } from './arguments/command-named.ts';
import { commandHelp, generalHelp, groupHelp, usageLine } from './arguments/help.ts';
import { aliasList, argumentsMeant } from './arguments/other-words.ts';
import { parseArguments } from './arguments/parse-arguments.ts';
import { UsageError } from './arguments/usage-error.ts';
import { commands } from './commands/index.ts';
import type { ToolkitFactory } from './composition.ts';
import { type ExitStatus, exitStatus } from './exit-status.ts';
import { globalOptions } from './global-options.ts';
import { complain, type Io, write } from './io.ts';
import type { DefaultToolkitOptions } from './library/default-toolkit.ts';
import { runToEnd } from './run-to-end.ts';
import { version } from './version.ts';

/**
 * Runs one command line (without node and the script) and returns the exit status. Never throws:
 * what goes wrong is written to stderr, and with `--json` to stdout as well.
 */
export async function run(
  args: readonly string[],
  io: Io,
  createToolkit: ToolkitFactory = defaultToolkit,
): Promise<ExitStatus> {
  const asked = { json: args.includes('--json'), debug: args.includes('--debug') };
  return await runToEnd(io, asked, () => dispatch(args, io, createToolkit));
}

async function dispatch(
  args: readonly string[],
  io: Io,
  createToolkit: ToolkitFactory,
): Promise<ExitStatus> {
  const at = args.findIndex((argument) => !argument.startsWith('-'));
  const before = at < 0 ? args : args.slice(0, at);
  const meant = await argumentsMeant(args[at] ?? '', commands);
  if (meant !== undefined) {
    return await dispatch([...before, ...meant, ...args.slice(at + 1)], io, createToolkit);
  }
  if (at < 0 || args[at] === 'help') {
    const topic = at < 0 ? [] : args.slice(at + 1, at + 3);
    return general(at < 0 ? before : [...before, '--help'], topic, io);
  }
  if (isGroup(args.slice(at))) {
    return await general([...before, ...args.slice(at + 1)], args.slice(at, at + 1), io);
  }
  const { entry, wordCount } = commandAt(args.slice(at), commands);
  const command = await entry.load();
  const { options, operands } = parseArguments(
    [...before, ...args.slice(at + wordCount)],
    { ...globalOptions, ...command.options },
    command.operands.length > 1,
  );
  const global = options as ReturnType<typeof parseArguments<typeof globalOptions>>['options'];
  if (global.help) {
    await write(io.stdout, commandHelp(entry, command));
    return exitStatus.answered;
  }
  if (global.version) {
    return showVersion(io, global.json);
  }
  checkOperands(command.operands, operands, usageLine(entry.name, command));
  const { compose } = await import('./composition.ts');
  const composed = await compose(
    io,
    {
      ...global,
      ...(command.isConfigured === false ? { config: undefined, 'no-config': true } : {}),
      'max-transfer':
        global['max-transfer'] ?? (command.readsAll === true ? 'unlimited' : undefined),
    },
    createToolkit,
    operands,
  );
  return await command.run({ io, global, options, operands, commands, ...composed });
}

/** Whether the words name several commands, and do not say which: `fleet`, `fleet --help`. */
function isGroup([first = '', second = '-']: readonly string[]): boolean {
  return second.startsWith('-') && commandsBelow(first, commands).length > 0;
}

async function general(
  args: readonly string[],
  topic: readonly string[],
  io: Io,
): Promise<ExitStatus> {
  const { options } = parseArguments(args, globalOptions);
  if (options.version) {
    return showVersion(io, options.json);
  }
  const [word = '', ...rest] = topic;
  const words = [...((await argumentsMeant(word, commands)) ?? [word]), ...rest];
  const [first = ''] = words;
  if (first !== '' && !first.startsWith('-') && !isGroup(words)) {
    const { entry } = commandAt(words, commands);
    await write(io.stdout, commandHelp(entry, await entry.load()));
    return exitStatus.answered;
  }
  const text = isGroup(words)
    ? groupHelp(first, commandsBelow(first, commands))
    : generalHelp(commands, aliasList(commands));
  if (options.help) {
    await write(io.stdout, text);
    return exitStatus.answered;
  }
  await complain(io, text);
  if (options.json) {
    throw new UsageError('COMMAND is missing');
  }
  return exitStatus.usage;
}

async function showVersion(io: Io, json: boolean): Promise<ExitStatus> {
  await write(
    io.stdout,
    json ? `${JSON.stringify({ schema: 1, version: version() })}\n` : `${version()}\n`,
  );
  return exitStatus.answered;
}

async function defaultToolkit(options: DefaultToolkitOptions): Promise<Toolkit> {
  const { createDefaultToolkit } = await import('./library/default-toolkit.ts');
  return createDefaultToolkit([], options);
}
