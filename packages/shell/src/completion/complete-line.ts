import { printable } from '@vmcorekit/core';

/** What can be completed. Each gives names that begin with `prefix`, sorted or not. */
export interface CompletionSources {
  readonly commands: readonly string[];
  /** The options of a command: `--json`, `-a`. Empty for a word that is no command. */
  optionsOf(command: string): readonly string[];
  /** What the operands of a command are. */
  operandsOf(command: string): 'symbol' | 'type' | 'command' | 'analyzer' | 'file' | undefined;
  symbols(prefix: string): readonly string[];
  types(prefix: string): readonly string[];
  analyzers(): readonly string[];
  /** The members of what a path of names yields, like `kernel.init_task` or `struct list_head`. */
  members(path: string): readonly string[];
  files(prefix: string): readonly string[];
}

/** A terminal shows no more; thousands of names help no reader. */
const maxCompletions = 500;
/** A guest chooses the names of its kernel. Any other name could become part of a command. */
const plainName = /^[A-Za-z_$][\w.$]*$/;
/** Without what begins an option or a home folder, and what a shell gives a meaning. */
const plainPath = /^[^-~\s|<>&;$`"'\\(){}[\]*?!#][^\s|<>&;$`"'\\(){}[\]*?!#]*$/u;
const typeWords: ReadonlySet<string> = new Set(['struct', 'union', 'enum']);

/**
 * The words that the end of a line may become, and the part that they replace. Undefined if the
 * line is JavaScript that this cannot complete.
 */
export function completeLine(
  line: string,
  sources: CompletionSources,
): { readonly words: readonly string[]; readonly replaced: string } | undefined {
  const file = /(?:^|[^-])>>?\s*(\S*)$/.exec(line)?.[1];
  const [command = '', ...others] = line.trimStart().split(/\s+/);
  const isCommand = sources.commands.includes(command);
  if (file !== undefined && isCommand) {
    return result(pathsIn(sources.files(file)), file);
  }
  if (others.length === 0 && /^[\w-]*$/.test(command)) {
    return result(sources.commands, command);
  }
  const word = others.at(-1) ?? '';
  if (isCommand && others.length > 0) {
    return ofCommand(command, others.at(-2) ?? command, word, sources);
  }
  return ofPath(line, sources);
}

function ofCommand(
  command: string,
  before: string,
  word: string,
  sources: CompletionSources,
): { readonly words: readonly string[]; readonly replaced: string } | undefined {
  if (word.startsWith('-')) {
    return result(sources.optionsOf(command), word);
  }
  const [, path, member] = /^(.+)(?:\.|->)(\w*)$/.exec(word) ?? [];
  const kind = typeWords.has(before) ? 'type' : sources.operandsOf(command);
  switch (kind) {
    case 'type':
      return path === undefined || member === undefined
        ? result(namesIn(sources.types(word)), word)
        : result(namesIn(sources.members(`struct ${path}`)), member);
    case 'symbol':
      return path === undefined || member === undefined
        ? result(namesIn(sources.symbols(word)), word)
        : result(namesIn(sources.members(`kernel.${path.replaceAll('->', '.')}`)), member);
    case 'command':
      return result(sources.commands, word);
    case 'analyzer':
      return result(sources.analyzers(), word);
    case 'file':
      return result(pathsIn(sources.files(word)), word);
    default:
      return result([], word);
  }
}

/** `kernel.init_task.c` at the end of JavaScript. */
function ofPath(
  line: string,
  sources: CompletionSources,
): { readonly words: readonly string[]; readonly replaced: string } | undefined {
  const [, path, member] = /([A-Za-z_$][\w$]*(?:\.[\w$]+|\[\d+\])*)\.([\w$]*)$/.exec(line) ?? [];
  if (path === undefined || member === undefined) {
    return undefined;
  }
  const words = path === 'kernel' ? sources.symbols(member) : [];
  const members = namesIn([...sources.members(path), ...words]);
  return members.length === 0 ? undefined : result(members, member);
}

function namesIn(all: readonly string[]): readonly string[] {
  return all.filter((name) => plainName.test(name));
}

function pathsIn(all: readonly string[]): readonly string[] {
  return all.filter((path) => plainPath.test(path) && printable(path) === path);
}

function result(
  all: readonly string[],
  replaced: string,
): { readonly words: readonly string[]; readonly replaced: string } {
  const words = [...new Set(all.filter((word) => word.startsWith(replaced)))].toSorted();
  return { words: words.slice(0, maxCompletions), replaced };
}
