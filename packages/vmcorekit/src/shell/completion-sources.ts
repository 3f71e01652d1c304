import { readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { REPLServer } from 'node:repl';
import { perKernel } from '@vmcorekit/linux';
import { type CompletionSources, memberNames, objectOf } from '@vmcorekit/shell';
import { argumentsMeant } from '../arguments/other-words.ts';
import type { Command } from '../command.ts';
import { globalOptions } from '../global-options.ts';
import { commandsHere } from '../here/commands-here.ts';
import { operandsHere } from '../here/help-here.ts';
import type { Io } from '../io.ts';
import type { OpenShell } from './open-shell.ts';
import { shellCommands } from './read-shell-line.ts';

/** Names that begin with a prefix; more help no reader. */
const maxFound = 500;
/** Operands that are names of the kernel, by what help calls them. */
const kinds: ReadonlyMap<string, 'symbol' | 'type'> = new Map([
  ['SYMBOL', 'symbol'],
  ['ADDRESS', 'symbol'],
  ['VADDR', 'symbol'],
  ['EXPRESSION', 'symbol'],
  ['TYPE', 'type'],
]);

/** What the shell completes, loaded before the first key. */
export async function completionSources(
  shell: OpenShell,
  io: Pick<Io, 'folder'>,
  { context }: Pick<REPLServer, 'context'>,
): Promise<CompletionSources> {
  const all = commandsHere(shell.here);
  const names = [...shellCommands(shell), 'exit', 'quit'];
  const commands = new Map<string, Command>();
  for (const name of names) {
    const [meant = name] = (await argumentsMeant(name, all)) ?? [];
    const entry = all.find((each) => each.name === meant);
    if (entry !== undefined) {
      commands.set(name, await entry.load());
    }
  }
  const analyzers = shell.here.composition.toolkit.registry.all('analyzers');
  return {
    commands: names,
    optionsOf(name) {
      const { options } = commands.get(name) ?? { options: {} };
      return Object.entries({ ...options, json: globalOptions.json }).flatMap(
        ([key, { short }]) => [`--${key}`, ...(short === undefined ? [] : [`-${short}`])],
      );
    },
    operandsOf(name) {
      const word = shell.words.find((each) => each.name === name);
      const command = commands.get(name);
      const operand = command === undefined ? undefined : operandsHere(command)[0];
      const completes = operand?.completes;
      return name === 'help'
        ? 'command'
        : (word?.completes ??
            kinds.get(operand?.name ?? '') ??
            (completes === 'file' || completes === 'analyzer' ? completes : undefined));
    },
    symbols: (prefix) => (prefix === '' ? [] : beginning(symbolNames(shell.kernel), prefix)),
    types: (prefix) => (prefix === '' ? [] : beginning(typeNames(shell.kernel), prefix)),
    analyzers: () => analyzers.map(({ name }) => name),
    members: (path) => membersOf(path, shell, context),
    files: (prefix) => filesBeginning(prefix, io.folder),
  };
}

/** Read once: a kernel has some 150,000 symbols. */
const symbolNames = perKernel(({ symbols }) => Array.from(symbols, ({ name }) => name));
const typeNames = perKernel(({ types }) => [...(types.tags?.() ?? [])]);

function beginning(names: Iterable<string>, prefix: string): string[] {
  const found = new Set<string>();
  for (const name of names) {
    if (name.startsWith(prefix)) {
      found.add(name);
      if (found.size === maxFound) {
        break;
      }
    }
  }
  return [...found];
}

/** The members that a path leads to, without running code of the user. */
function membersOf(
  path: string,
  shell: OpenShell,
  context: Readonly<Record<string, unknown>>,
): string[] {
  const type = /^struct (.*)$/.exec(path)?.[1];
  if (type !== undefined) {
    const struct = shell.kernel.types.struct(type);
    return (struct?.members?.() ?? []).map(({ name }) => name).filter((name) => name !== '');
  }
  const [root = '', ...others] = path.split(/[.[\]]+/).filter((part) => part !== '');
  const start = root === 'kernel' ? context.kernel : plainValue(context, root);
  if (root === 'kernel' && others.length === 0) {
    return Object.keys(shell.kernel);
  }
  let value: unknown = start;
  for (const part of others) {
    if (
      typeof value !== 'object' ||
      value === null ||
      (value !== start && objectOf(value) === undefined)
    ) {
      return [];
    }
    value = (value as Record<string, unknown>)[part];
  }
  const object = objectOf(value);
  return object === undefined ? [] : memberNames(object);
}

function plainValue(context: Readonly<Record<string, unknown>>, name: string): unknown {
  const value: unknown = Object.getOwnPropertyDescriptor(context, name)?.value;
  return objectOf(value) === undefined ? undefined : value;
}

function filesBeginning(prefix: string, folder: string): string[] {
  const inFolder = prefix.endsWith('/') || prefix === '' ? prefix : dirname(prefix);
  const before = prefix.includes('/') ? inFolder : '';
  try {
    return readdirSync(resolve(folder, inFolder), { withFileTypes: true })
      .slice(0, 10_000)
      .map((entry) => `${join(before, entry.name)}${entry.isDirectory() ? '/' : ''}`);
  } catch {
    return [];
  }
}
