import { shellWords } from '@vmcorekit/shell';
import { open } from 'vmcorekit';
import { vmcorekit } from './vmcorekit.ts';

/** Lines of crash on a dump, said by the words of vmcorekit's shell. */
export interface CrashLines {
  /** What a line prints. Throws what its word throws. */
  say(line: string): Promise<string>;
  [Symbol.dispose](): void;
}

/** Opens a dump for lines of crash. */
export async function crashLines(path: string): Promise<CrashLines> {
  const dump = await open(path);
  const kernel = await dump.kernel();
  const context = {
    dump,
    kernel,
    current: { address: null, pid: null, cpu: null },
    signal: new AbortController().signal,
    words: shellWords,
    outputOf: ([name = '', ...args]: readonly string[]) =>
      Promise.resolve(vmcorekit(name, path, ...args).output),
  };
  return {
    async say(line) {
      const [name = '', ...args] = line.split(' ');
      const word = shellWords.find((each) => each.name === name);
      if (word === undefined) {
        throw new Error(`there is no word '${name}'`);
      }
      const answer = await word.run(context, args);
      const lines: string[] = [];
      if ('commands' in answer) {
        for (const command of answer.commands) {
          lines.push(await context.outputOf(command));
        }
      } else {
        for await (const each of answer.lines) {
          lines.push(each);
        }
      }
      return lines.join('\n');
    },
    [Symbol.dispose]: () => dump[Symbol.dispose](),
  };
}
