import { CrashSession } from './crash-session.ts';
import { rd } from './read-memory.ts';
import type { CurrentTask, ShellContext, ShellWord, WordAnswer } from './shell-word.ts';
import type { CommandLine, CrashWord, Step, WordContext } from './word.ts';

/** A shell that opens its dump again has another kernel, and the old one is closed. */
const sessions = new WeakMap<CurrentTask, WordContext>();

/** Commands of vmcorekit whose own arguments a word of crash leaves to them, by the word. */
const ownCommands: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...'bt dev dis files irq kmem list log mod mount net ps runq struct sym timer vm whatis'.split(
      ' ',
    ),
    ...[
      ['sys', 'describe'],
      ['p', 'print'],
      ['union', 'struct'],
      ['vtop', 'translate'],
      ['search', 'find'],
    ],
  ].map((each) => (typeof each === 'string' ? [each, each] : each)),
);

/**
 * A word of crash as a word of the shell. Arguments with a long option (`bt --all`) are those of
 * vmcorekit's own command of that name.
 */
export function asShellWord(word: CrashWord): ShellWord {
  const { name, summary, usage, differs = [] } = word;
  return {
    name,
    summary,
    usage,
    details: differs,
    run(context, args) {
      const own = ownCommands[name];
      if (own !== undefined && args.some((each) => each.startsWith('--'))) {
        return { commands: [[own, ...args]] };
      }
      const words = wordContext(context);
      return answerOf(withDoubts(word.run(args, words), words.session), context);
    },
  };
}

/** Says before a step that is about the current task where that task is only a guess. */
function* withDoubts(steps: Iterable<Step>, session: CrashSession): Generator<Step> {
  for (const step of steps) {
    const doubt = session.takeDoubt();
    if (doubt !== undefined) {
      yield doubt;
    }
    yield step;
  }
}

function wordContext({ kernel, current }: ShellContext): WordContext {
  let kept = sessions.get(current);
  if (kept?.kernel !== kernel) {
    kept = { kernel, session: new CrashSession(kernel, current) };
    sessions.set(current, kept);
  }
  return kept;
}

/** Commands alone are run by the shell itself; where lines are among them, all becomes lines. */
function answerOf(steps: Iterator<Step, unknown>, context: ShellContext): WordAnswer {
  const taken: Step[] = [];
  for (let step = steps.next(); step.done !== true; step = steps.next()) {
    taken.push(step.value);
    if (typeof step.value === 'string' || step.value[0] === rd.name) {
      return { lines: linesOf(taken, steps, context) };
    }
  }
  return { commands: taken as CommandLine[] };
}

async function* linesOf(
  taken: readonly Step[],
  rest: Iterator<Step, unknown>,
  context: ShellContext,
): AsyncGenerator<string> {
  try {
    for (const step of taken) {
      yield* linesOfStep(step, context);
    }
    for (let step = rest.next(); step.done !== true; step = rest.next()) {
      yield* linesOfStep(step.value, context);
    }
  } finally {
    // A reader may go early, and a command may fail: `foreach` then has a task to give back.
    rest.return?.();
  }
}

async function* linesOfStep(step: Step, context: ShellContext): AsyncGenerator<string> {
  if (context.signal.aborted) {
    return;
  }
  if (typeof step === 'string') {
    yield step;
  } else if (step[0] === rd.name) {
    for (const each of rd.run(step.slice(1), wordContext(context))) {
      yield* linesOfStep(each, context);
    }
  } else {
    yield* (await context.outputOf(step)).replace(/\n$/, '').split('\n');
  }
}
