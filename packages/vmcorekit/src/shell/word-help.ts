import { columns, prose } from '../arguments/help.ts';
import { commandsHere } from '../here/commands-here.ts';
import { helpHere } from '../here/help-here.ts';
import type { OpenShell } from './open-shell.ts';

const javascript =
  'Every other line is JavaScript. `kernel.init_task.comm` is a member of a variable, `read(ADDRESS, ' +
  'LENGTH)` bytes, `sym(NAME)` an address, `sym(ADDRESS)` a name, `tasks()` a list. `dump` and ' +
  '`memory` are those of the library. `import()` and `require` take paths and modules of Node, and ' +
  'no other names: those would run code of a folder near here.';
const names =
  'A field of the library goes before a variable of the same name: kernel.variable("modules") is ' +
  'the variable. A member goes before a field of the library: module.$address is the latter.';
const lines =
  'COMMAND | PROGRAM gives the answer to a program, COMMAND > FILE and >> FILE to a file. !PROGRAM ' +
  'runs a program. Ctrl-C ends a command, not the shell. exit, quit, q and Ctrl-D leave.';

/** Help of the shell, or of one of its words. Undefined for a topic that is a command. */
export async function wordHelp(
  { words, here }: Pick<OpenShell, 'words' | 'here'>,
  topic: string | undefined,
): Promise<string | undefined> {
  if (topic === undefined) {
    const ofWords = columns(words.map(({ name, summary }) => [name, summary]));
    return [
      await helpHere(undefined, commandsHere(here)),
      ...(words.length === 0 ? [] : ['Words of crash', ...ofWords, '']),
      ...[javascript, names, lines].flatMap((paragraph) => [...prose(paragraph), '']),
    ].join('\n');
  }
  const word = words.find(({ name }) => name === topic);
  return word === undefined
    ? undefined
    : [
        ...prose(`${word.name}: ${word.summary}`),
        '',
        `Usage: ${word.name} ${word.usage}`.trimEnd(),
        ...word.details.flatMap((paragraph) => ['', ...prose(paragraph)]),
        '',
      ].join('\n');
}
