import { LineError } from './line-error.ts';
import { type SplitLine, splitWords } from './split-words.ts';

/** What a line asks for. */
export type ShellLine =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'leave' }
  /** For the system's own shell. */
  | { readonly kind: 'system'; readonly command: string }
  | ({ readonly kind: 'command' } & SplitLine)
  | { readonly kind: 'javascript' };

/** No JavaScript begins so: `(a | b)` and `a > b` have something before the sign. */
const signFirst = /^(\||>)/;
/** gdb's `p/x 10`. Two operands without a sign between them are no JavaScript, but for `in`. */
const gdbFormat = /^([A-Za-z][\w-]*)\/(\w+)\s+(?!in\b|instanceof\b)[\w$]/;
const formatLetters: ReadonlySet<string> = new Set(['x', 'd']);

const leaving: ReadonlySet<string> = new Set(['exit', 'quit', 'q']);

/**
 * What a line is. It is a command if its first word is one, and no `=` follows: `log = 3` assigns.
 * `log(3)` and `log.level` are JavaScript too. Text of several lines is always JavaScript. Throws
 * `LineError` for a command that `splitWords` cannot split, and for what is neither.
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
  const [sign] = signFirst.exec(line) ?? [];
  if (sign !== undefined) {
    throw new LineError(`a command is missing before ${sign}`);
  }
  const [, ofGdb = '', format = ''] = gdbFormat.exec(line) ?? [];
  if (ofGdb !== '' && isCommand(ofGdb)) {
    const advice = formatLetters.has(format) ? `${ofGdb} -${format} …` : `help ${ofGdb}`;
    throw new LineError(`/${format} is a format of gdb, which ${ofGdb} does not take: ${advice}`);
  }
  const [, word = '', after = ''] = /^([\w-]+)(?=[\s|>]|$)\s*(.?)/.exec(line) ?? [];
  if (word === '' || after === '=' || !isCommand(word)) {
    return { kind: 'javascript' };
  }
  return { kind: 'command', ...splitWords(line) };
}
