import { printable, type Task } from '@vmcorekit/core';
import { type CrashSession, taskLine, taskWord } from './crash-session.ts';
import type { CrashWord, Step, WordContext } from './word.ts';
import { wordError } from './word-error.ts';

/** crash's words for states, as letters of /proc/PID/stat. */
const states: ReadonlyMap<string, string> = new Map([
  ['RU', 'R'],
  ['IN', 'S'],
  ['UN', 'D'],
  ['ST', 'T'],
  ['TR', 't'],
  ['ZO', 'Z'],
  ['DE', 'X'],
  ['PA', 'P'],
  ['ID', 'I'],
]);

/** Commands that take several tasks at once, so that they run once for all. */
const together: ReadonlySet<string> = new Set(['bt', 'ps', 'files']);
const eachAlone: ReadonlySet<string> = new Set(['vm', 'task', 'set', 'vtop', 'net', 'sig']);

/** Those whose first line says which task it is. */
const namesTask: ReadonlySet<string> = new Set(['set', 'task', 'sig']);

/** `foreach`: one word, for the tasks that others name. The words are given to the table. */
export function foreachWord(words: () => ReadonlyMap<string, CrashWord>): CrashWord {
  return {
    name: 'foreach',
    usage: '[PID|TASK|NAME|STATE|kernel|user|gleader|active ...] COMMAND [ARGUMENT ...]',
    summary: 'run bt, ps, files, vm, task, net, set, sig or vtop for many tasks',
    differs: [
      "A NAME between slashes is a regular expression of JavaScript: foreach '/^kworker/' bt.",
      'STATE is RU, IN, UN, ST, TR, ZO, DE, PA or ID.',
    ],
    *run(args, context) {
      const at = args.findIndex((each) => together.has(each) || eachAlone.has(each));
      const [name = '', ...others] = args.slice(at < 0 ? args.length : at);
      const word = words().get(name);
      if (word === undefined) {
        const all = [...together, ...eachAlone].filter((each) => words().has(each));
        throw wordError('foreach', args.join(' '), `one of ${all.join(', ')}`);
      }
      const tasks = tasksOf(context.session, args.slice(0, at));
      if (tasks.length === 0) {
        throw wordError('foreach', args.slice(0, at).join(' '), 'words that name a task');
      }
      yield* together.has(name)
        ? word.run([...others, ...tasks.map((task) => task.address.toString(16))], context)
        : oneByOne(word, others, tasks, context);
    },
  };
}

function* oneByOne(
  word: CrashWord,
  args: readonly string[],
  tasks: readonly Task[],
  { kernel, session }: WordContext,
): Generator<Step> {
  const before = session.saved;
  try {
    for (const task of tasks) {
      session.current = task;
      if (!namesTask.has(word.name)) {
        yield taskLine(task);
      }
      if (word.name === 'vm' && (task.kernelThread || task.state === 'Z')) {
        yield '(no user memory)';
      } else {
        yield* word.run(args, { kernel, session });
      }
      yield '';
    }
  } finally {
    session.restore(before);
  }
}

/** Those of any of the words, each once; all tasks where there are no words. */
function tasksOf(session: CrashSession, words: readonly string[]): readonly Task[] {
  const wanted = new Set<Task>();
  for (const word of words) {
    const found = session.tasks.filter(filterOf(session, word));
    if (found.length === 0 && !states.has(word)) {
      throw wordError(
        'foreach',
        printable(word),
        'a pid, a task_struct, a name, a state, or kernel, user, gleader, active',
      );
    }
    for (const task of found) {
      wanted.add(task);
    }
  }
  return words.length === 0 ? session.tasks : session.tasks.filter((task) => wanted.has(task));
}

function filterOf(session: CrashSession, word: string): (task: Task) => boolean {
  const state = states.get(word);
  if (state !== undefined) {
    return (task) => task.state === state;
  }
  const expression = /^\/(.*)\/$/.exec(word)?.[1];
  if (expression !== undefined) {
    const pattern = patternOf(expression);
    return ({ comm }) => pattern.test(comm);
  }
  switch (word) {
    case 'kernel':
      return ({ kernelThread, pid }) => kernelThread || pid === 0;
    case 'user':
      return ({ kernelThread, pid }) => !kernelThread && pid !== 0;
    case 'gleader':
      return ({ kernelThread, pid, tgid }) => !kernelThread && pid !== 0 && pid === tgid;
    case 'active': {
      const running = new Set(session.running);
      return (task) => running.has(task);
    }
  }
  const name = word.replace(/^\\/, '');
  return (task) =>
    task.comm === name ||
    (/^\d+$/.test(word) && task.pid === Number(word)) ||
    taskWord(task) === `0x${word.replace(/^0x/, '').toLowerCase()}`;
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch {
    throw wordError('foreach', printable(text), 'a regular expression of JavaScript');
  }
}
