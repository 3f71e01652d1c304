import { type SplitLine, splitWords } from './split-words.ts';

/** What a line asks for. */
export type ShellLine =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'leave' }
  /** For the system's own shell. */
  | { readonly kind: 'system'; readonly command: string }
  | ({ readonly kind: 'command' } & SplitLine)
  | { readonly kind: 'javascript' };

const leaving: ReadonlySet<string> = new Set(['exit', 'quit', 'q']);

/**
 * What a line is. It is a command if its first word is one, and no `=` follows: `log = 3` assigns.
 * `log(3)` and `log.level` are JavaScript too. Text of several lines is always JavaScript. Throws
 * `LineError` for a command that `splitWords` cannot split.
 */
export function readLine(text: string, isCommand: (word: string) => boolean): ShellLine {
  const line = text.trim();
  if (line === '' || (line.startsWith('#') && !line.includes('\n'))) {
    return { kind: 'nothing' };
  }
  if (line.includes('\n')) {
    return { kind: 'javascript' };
  }
  if (line.startsWith('!') && /^![\w./~$]/.test(line) && !/^!\w+\s*[.(=]/.test(line)) {
    return { kind: 'system', command: line.slice(1) };
  }
  if (leaving.has(line)) {
    return { kind: 'leave' };
  }
  // No line of JavaScript begins with it. crash takes it with a blank after it, and without one.
  if (/^\*\s*[A-Za-z_]/.test(line) && isCommand('*')) {
    return { kind: 'command', ...splitWords(`* ${line.slice(1)}`) };
  }
  const [, word = '', after = ''] = /^([\w-]+)(?=[\s|>]|$)\s*(.?)/.exec(line) ?? [];
  if (word === '' || after === '=' || !isCommand(word)) {
    return { kind: 'javascript' };
  }
  return { kind: 'command', ...splitWords(line) };
}
