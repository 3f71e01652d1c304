import type { Analyzer } from '@vmcorekit/core';
import type { Registry } from '@vmcorekit/engine';
import type { OptionTable } from './option-spec.ts';
import { UsageError } from './usage-error.ts';

/** A command that a word may stand for. */
interface CommandNamed {
  readonly name: string;
  load(): Promise<{ readonly options: OptionTable }>;
}

/**
 * Words of crash, dmesg and the shell, and names of analyzers. Their arguments mean the same here.
 * A word counts only if its command and its option exist.
 */
export const aliases: ReadonlyMap<string, readonly string[]> = new Map([
  ['dmesg', ['log']],
  ['kernel-log', ['analyze', 'kernel-log']],
  ['memory-map', ['analyze', 'memory-map']],
  ['vmcoreinfo', ['analyze', 'vmcoreinfo']],
  ['panic-signature', ['analyze', 'panic-signature']],
  ['union', ['struct']],
  ['p', ['print']],
  ['sys', ['describe']],
  ['backtrace', ['bt']],
  ['disas', ['dis']],
  ['disassemble', ['dis']],
  ['stack', ['bt']],
  ['lsmod', ['mod']],
  ['modinfo', ['mod']],
  ['slab', ['kmem', '--slabs']],
  ['slabtop', ['kmem', '--slabs']],
  ['swap', ['kmem', '--swap']],
  ['wq', ['workqueue']],
  ['search', ['find']],
  ['vtop', ['translate']],
  ['diff', ['compare']],
  ['ls', ['probe', '--table', '-r']],
  ['version', ['--version']],
]);

/** Words whose arguments mean something else here. An error advises the command. */
const suggestions: ReadonlyMap<string, string> = new Map([
  // crash counts words, not bytes.
  ['rd', 'read'],
  ['strings', 'find --text'],
  ['grep', 'find --text'],
  ['hexdump', 'read'],
  ['xxd', 'read'],
  ['lsof', 'files'],
  ['findmnt', 'mount'],
  ['pmap', 'vm'],
  ['uname', 'describe'],
  ['uptime', 'describe'],
  ['panic', 'describe'],
  ['check', 'verify'],
  ['foreach', 'bt --all'],
  ['task', 'ps'],
  ['tree', 'ps --tree'],
  ['pahole', 'struct'],
  ['enum', 'whatis'],
  ['eval', 'print'],
  ['mach', 'describe'],
  ['makedumpfile', 'convert'],
]);

/** The arguments that a word stands for; undefined for a command, and for an unknown word. */
export async function argumentsMeant(
  word: string,
  commands: readonly CommandNamed[],
): Promise<readonly string[] | undefined> {
  const meant = aliases.get(word);
  if (meant === undefined || commands.some(({ name }) => name === word)) {
    return undefined;
  }
  const [first = '', ...others] = meant;
  const command = commands.find(({ name }) => name === first);
  const options = others.filter((other) => other.startsWith('-'));
  if (command === undefined) {
    return first.startsWith('-') ? meant : undefined;
  }
  const table = options.length === 0 ? {} : (await command.load()).options;
  return options.every((option) => isIn(table, option)) ? meant : undefined;
}

/** For help: the words that stand for a command of another name. */
export function aliasList(commands: readonly { readonly name: string }[]): string {
  const words = new Map<string, string[]>();
  for (const [word, meant] of aliases) {
    const text = meant.join(' ');
    const isListed = commands.some(({ name }) => name === meant[0]) && meant.at(-1) !== word;
    if (isListed) {
      words.set(text, [...(words.get(text) ?? []), word]);
    }
  }
  const pairs = [...words].map(([meant, all]) => `${all.join(', ')} (${meant})`);
  return pairs.join(', ');
}

/** This tool's words for one whose arguments differ; undefined for an unknown word. */
export function commandMeant(name: string): string | undefined {
  return suggestions.get(name);
}

/**
 * The analyzer of that name. Throws `UsageError` for a name of another tool, else `unknown-name`.
 */
export function analyzerNamed(registry: Registry, name: string): Analyzer {
  const meant = aliases.get(name);
  const isKnown = registry.all('analyzers').some((analyzer) => analyzer.name === name);
  if (meant !== undefined && !isKnown) {
    throw new UsageError(
      `there is no analyzer '${name}' (did you mean 'vmcorekit ${meant.join(' ')}'?)`,
    );
  }
  return registry.named('analyzers', name);
}

function isIn(table: OptionTable, option: string): boolean {
  return option.startsWith('--')
    ? Object.hasOwn(table, option.slice(2))
    : Object.values(table).some(({ short }) => short === option.slice(1));
}
