import type { Interruption } from '@vmcorekit/gdb';
import { commandNamed } from '../arguments/command-named.ts';
import { argumentsMeant } from '../arguments/other-words.ts';
import { parseArguments } from '../arguments/parse-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { Command, LazyCommand } from '../command.ts';
import { globalOptions } from '../global-options.ts';
import { commandsHere } from '../here/commands-here.ts';
import { helpHere } from '../here/help-here.ts';
import type { Here } from '../here/here.ts';
import { runHere } from '../here/run-here.ts';
import type { Io } from '../io.ts';
import { TextChannel } from './text-channel.ts';

const columns = 100;
/** Words of monitor alone. */
const ownHelp = [
  'Of monitor alone',
  '  status           says what the threads are, and what speaks against their list',
  '  percpu NAME CPU  says where a CPU has its copy of a per-CPU variable',
  '',
].join('\n');
/** Commands that hold the dump open and never end by themselves. */
const endless = ['gdbserver', 'shell'];

/**
 * Runs one line of gdb's `monitor` on the open dump, and gives what it prints; `status` gives the
 * lines of the server's own word. The client is no
 * user that was proved: a command that names files is refused, so it can neither write one nor read
 * another. Never throws.
 */
export async function* monitor(
  line: string,
  here: Here,
  io: Io,
  interruption: Interruption,
  status: () => readonly string[],
): AsyncGenerator<string, void, void> {
  const [first, ...more] = wordsOf(line);
  if (first === 'status' && more.length === 0) {
    yield `${status().join('\n')}\n`;
    return;
  }
  const controller = new AbortController();
  interruption.addEventListener('abort', () => controller.abort());
  const channel = new TextChannel(columns);
  const words = meantBy(wordsOf(line));
  const running = refusalOf(words, here)
    .then(async (refusal) => {
      if (refusal !== undefined) {
        channel.write(refusal, () => {});
        return;
      }
      const signal = AbortSignal.any([io.signal, controller.signal]);
      await runHere(words, { ...io, stdout: channel, stderr: channel, signal }, here);
    })
    .finally(() => channel.end());
  try {
    yield* channel.read();
  } finally {
    controller.abort();
    channel.close();
    await running;
  }
}

/** The words of a line; quotes keep spaces. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  );
}

/** `percpu NAME CPU` is where that CPU has its copy of a variable. */
function meantBy(words: readonly string[]): readonly string[] {
  const [first, name, cpu] = words;
  return first === 'percpu' && words.length === 3 ? ['print', `&per_cpu(${name}, ${cpu})`] : words;
}

/** What is printed in place of a command's answer; undefined for one that may run. */
async function refusalOf(words: readonly string[], here: Here): Promise<string | undefined> {
  try {
    const commands = await commandsOfMonitor(here);
    const [first = 'help', ...rest] = words;
    const [name = first, ...given] = (await argumentsMeant(first, commands)) ?? [];
    if (name === 'help') {
      const help = await helpHere(rest[0], commands);
      return rest.length === 0 ? `${help}${ownHelp}` : help;
    }
    const command = await commandNamed(name, commands).load();
    const option = fileOptionIn([...given, ...rest], command);
    if (option !== undefined) {
      throw new UsageError(`--${option} names a file, and monitor reads only the dump`);
    }
    return undefined;
  } catch (error) {
    return `${error instanceof Error ? error.message : 'the command cannot run'}\n`;
  }
}

/** The commands that read the dump, and no operand of which is another file. */
async function commandsOfMonitor(here: Here): Promise<LazyCommand[]> {
  const all = await Promise.all(
    commandsHere(here).map(async (entry) => ({ entry, command: await entry.load() })),
  );
  return all
    .filter(({ entry, command }) => !endless.includes(entry.name) && readsOnlyDump(command))
    .map(({ entry }) => entry);
}

function readsOnlyDump({ operands }: Command): boolean {
  return (
    operands.some(({ isDump }) => isDump === true) &&
    !operands.some(({ isDump, completes }) => isDump !== true && isFile(completes))
  );
}

/** The first option given whose value is a file; undefined for none. */
function fileOptionIn(args: readonly string[], { options: table }: Command): string | undefined {
  const all = { ...globalOptions, ...table };
  // Each option again with its texts as they are: reading a value may open the file it names.
  const plain = Object.fromEntries(
    Object.entries(all).map(([name, spec]) => [
      name,
      { ...spec, read: (texts: readonly string[]) => texts.length > 0 },
    ]),
  );
  const { options } = parseArguments(args, plain);
  return Object.keys(all).find((name) => options[name] === true && isFile(all[name]?.completes));
}

function isFile(completes: string | undefined): boolean {
  return completes === 'file' || completes === 'folder';
}
