import { isVmcorekitError, type Kernel, type KernelObject, type Task } from '@vmcorekit/core';
import { listNodes, WalkNotes } from '@vmcorekit/linux';
import { taskLine } from './crash-session.ts';
import { lettersOf } from './letters.ts';
import { hexOrThrow, wordText } from './numbers.ts';
import { flagNames, signalCount, signalName, signalNamesOf } from './signals.ts';
import type { CrashWord, Step } from './word.ts';
import { wordError } from './word-error.ts';

/** A queue may hold as many as the limit of a user allows; more of one task help no reader. */
const maxQueued = 1024;

/**
 * `sig`: handlers, and what is blocked and pending. Source of the structures: Linux,
 * include/linux/sched/signal.h and signal_types.h.
 */
export const sig: CrashWord = {
  name: 'sig',
  usage: '[-l | -s MASK ... | [-g] [PID|TASK ...]]',
  summary: 'show the signals of a task: handlers, blocked, pending',
  differs: [
    'SIGPENDING says whether a pending signal is not blocked; crash shows a flag of the thread.',
    'MIPS has other numbers, so their names are not shown there.',
  ],
  *run(args, { kernel, session }) {
    const letters = lettersOf('sig', args, 'lsg');
    const names = signalNamesOf(kernel);
    if (letters.has('l') || letters.has('s')) {
      if (names === undefined) {
        throw wordError('sig', args.join(' '), 'a machine other than MIPS: its numbers differ');
      }
      if (letters.has('s') === (letters.operands.length === 0)) {
        throw wordError('sig', args.join(' '), this.usage);
      }
      yield* letters.has('l')
        ? names.map((name, index) => `${numbered(index + 1)} ${name}`)
        : letters.operands.map((mask) => namesIn(hexOrThrow('the MASK of sig -s', mask)));
      return;
    }
    const chosen = session.chosen('sig', letters.operands);
    const groups = new Set(chosen.map(({ tgid }) => tgid));
    const all = letters.has('g') ? session.tasks.filter(({ tgid }) => groups.has(tgid)) : chosen;
    for (const [index, task] of all.entries()) {
      yield* index === 0 ? [] : [''];
      yield taskLine(task);
      yield* signalsOf(kernel, task);
    }
  },
};

function numbered(signal: number): string {
  return `[${signal}]`.padStart(4);
}

/** The names of the signals in a set: bit 0 is signal 1. */
function namesIn(set: bigint): string {
  const numbers = Array.from({ length: signalCount }, (_, index) => index + 1);
  const names = numbers.filter((each) => ((set >> BigInt(each - 1)) & 1n) === 1n).map(signalName);
  return names.length === 0 ? '(none)' : names.join(' ');
}

function* signalsOf(kernel: Kernel, { address }: Task): Generator<Step> {
  const object = kernel.object('struct task_struct', address);
  const signal = object.at('signal').pointer();
  if (signal === 0n) {
    yield 'SIGNAL_STRUCT: none: the task has been released';
    return;
  }
  const shared = kernel.object('struct signal_struct', signal);
  yield `SIGNAL_STRUCT: ${signal.toString(16)}  NR_THREADS: ${shared.at('nr_threads').bits()}`;
  const sighand = object.at('sighand').pointer();
  yield* sighand === 0n
    ? ['SIGHAND_STRUCT: none: the task has exited']
    : handlers(kernel, kernel.object('struct sighand_struct', sighand));
  const blocked = setOf(kernel, object.at('blocked'));
  const [own, common] = [object.at('pending'), shared.at('shared_pending')];
  const isPending =
    ((setOf(kernel, own.at('signal')) | setOf(kernel, common.at('signal'))) & ~blocked) !== 0n;
  yield `SIGPENDING: ${isPending ? 'yes' : 'no'}`;
  yield `   BLOCKED: ${wordText(blocked, 64)}`;
  yield 'PRIVATE_PENDING';
  yield* queueOf(kernel, own);
  yield 'SHARED_PENDING';
  yield* queueOf(kernel, common);
}

function* handlers(kernel: Kernel, sighand: KernelObject): Generator<Step> {
  const digits = kernel.memory.wordSizeInBits / 4;
  yield ` SIG  ${'SIGACTION'.padEnd(digits)}  ${'HANDLER'.padEnd(digits)}  ${'MASK'.padEnd(16)}  FLAGS`;
  for (let signal = 1; signal <= signalCount; signal++) {
    const action = sighand.at(`action[${signal - 1}]`);
    const flags = action.at('sa.sa_flags').bits();
    const names = flagNames(kernel, flags);
    yield [
      `${numbered(signal)}  ${action.address.toString(16).padEnd(digits)}`,
      handlerText(action.at('sa.sa_handler').pointer()).padEnd(digits),
      wordText(setOf(kernel, action.at('sa.sa_mask')), 64),
      `${flags.toString(16)}${names === '' ? '' : ` (${names})`}`,
    ].join('  ');
  }
}

/** Source: Linux, include/uapi/asm-generic/signal-defs.h. */
function handlerText(handler: bigint): string {
  return handler === 0n ? 'SIG_DFL' : handler === 1n ? 'SIG_IGN' : handler.toString(16);
}

/** The first 64 signals of a sigset_t, whose words are `unsigned long`. */
function setOf({ memory }: Kernel, set: KernelObject): bigint {
  const low = set.at('sig[0]').bits();
  return memory.wordSizeInBits === 64 ? low : low | (set.at('sig[1]').bits() << 32n);
}

function* queueOf(kernel: Kernel, pending: KernelObject): Generator<Step> {
  yield `    SIGNAL: ${wordText(setOf(kernel, pending.at('signal')), 64)}`;
  const notes = new WalkNotes();
  const offset = kernel.object('struct sigqueue', 0n).at('list').address;
  let count = 0;
  for (const node of listNodes(kernel, pending.at('list').address, notes, { limit: maxQueued })) {
    yield* count === 0 ? ['  SIGQUEUE:  SIG  SIGINFO'] : [];
    const queued = kernel.object('struct sigqueue', node - offset).at('info');
    yield `             ${signalOf(queued).padStart(3)}  ${queued.address.toString(16)}`;
    count++;
  }
  yield* count === 0 ? ['  SIGQUEUE: (empty)'] : [];
  yield* notes.remarks().map((remark) => `sig: ${remark}`);
}

function signalOf(info: KernelObject): string {
  try {
    return String(info.at('si_signo').bigint());
  } catch (error) {
    if (isVmcorekitError(error, 'page-unreadable') || isVmcorekitError(error, 'not-mapped')) {
      return '?';
    }
    throw error;
  }
}
