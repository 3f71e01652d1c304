import { checkOperands, commandNamed } from '../arguments/command-named.ts';
import { argumentsMeant } from '../arguments/other-words.ts';
import { parseArguments } from '../arguments/parse-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { Command, LazyCommand } from '../command.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { type GlobalOptions, globalOptions } from '../global-options.ts';
import { type Io, write } from '../io.ts';
import { runToEnd } from '../run-to-end.ts';
import { commandsHere } from './commands-here.ts';
import { helpHere, operandsHere, usageHere } from './help-here.ts';
import type { Here } from './here.ts';

/** They say how a dump is opened, and this one is open. */
const opening = ['config', 'no-config', 'cache', 'format', 'max-transfer'] as const;

/**
 * Runs one command on the dump that is open: the arguments of `vmcorekit`, without DUMP. An
 * analyzer of a plug-in is a command of its name, with its options. Returns the exit status. Never
 * throws: what goes wrong is written to stderr, and with `--json` to stdout as well.
 */
export async function runHere(args: readonly string[], io: Io, here: Here): Promise<ExitStatus> {
  const json = args.includes('--json');
  const debug = here.global.debug || args.includes('--debug');
  return await runToEnd(io, { json, debug }, () => dispatch(args, io, here));
}

async function dispatch(args: readonly string[], io: Io, here: Here): Promise<ExitStatus> {
  const commands = commandsHere(here);
  const [name, ...others] = await meantBy(args, commands);
  if (name === undefined || name === 'help') {
    await write(io.stdout, await helpHere(others[0], commands));
    return exitStatus.answered;
  }
  const entry = commandNamed(name, commands);
  const command = await entry.load();
  const { options, operands } = parseArguments(
    others,
    { ...globalOptions, ...command.options },
    operandsHere(command).length > 0,
  );
  const given = options as ReturnType<typeof parseArguments<typeof globalOptions>>['options'];
  if (given.help) {
    await write(io.stdout, await helpHere(entry.name, commands));
    return exitStatus.answered;
  }
  checkOperands(operandsHere(command), operands, usageHere(entry.name, command));
  return await command.run({
    io,
    global: globalHere(given, here),
    options,
    operands: withPaths(command, operands, here.paths),
    here,
    commands: here.commands,
    ...here.composition,
  });
}

async function meantBy(
  args: readonly string[],
  commands: readonly LazyCommand[],
): Promise<readonly string[]> {
  const [first = '', ...others] = args;
  const meant = await argumentsMeant(first, commands);
  if (meant !== undefined) {
    return [...meant, ...others];
  }
  return args;
}

/** The options of every command: those given, and those that the dump was opened with. */
function globalHere(given: GlobalOptions, { global }: Here): GlobalOptions {
  const [wrong] = opening.filter((name) => given[name] !== undefined && given[name] !== false);
  if (wrong !== undefined) {
    throw new UsageError(`--${wrong} counts when a dump is opened, and this one is open`);
  }
  return {
    ...global,
    json: given.json,
    quiet: global.quiet || given.quiet,
    debug: global.debug || given.debug,
    color: given.color === 'auto' ? global.color : given.color,
    'no-color': global['no-color'] || given['no-color'],
  };
}

/** Puts the paths of the open dump where the command wants its dump. */
function withPaths(
  command: Command,
  operands: readonly string[],
  paths: readonly string[],
): readonly string[] {
  const at = command.operands.findIndex(({ isDump }) => isDump === true);
  return at < 0 || at > operands.length ? operands : operands.toSpliced(at, 0, ...paths);
}
