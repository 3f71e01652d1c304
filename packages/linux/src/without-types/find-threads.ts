import { listNodes } from '../containers/list.ts';
import { WalkNotes } from '../containers/walk.ts';
import { isAgreed, offsetsThat, onlyOf, someOf } from './agreement.ts';
import type { FoundTaskList, Untyped } from './find-task-list.ts';
import type { Places } from './places.ts';
import { TaskWindow } from './task-window.ts';

/** Where the threads of a process hang together, and those of all processes. */
export interface FoundThreads {
  readonly signal: number;
  /** In what `signal` points to. */
  readonly threadHead: number;
  readonly threadNode: number;
  /** All but the first thread of each process, each with the first one. */
  readonly others: readonly { readonly thread: TaskWindow; readonly leader: TaskWindow }[];
}

/** No signal_struct has its list of threads farther from its start. */
const farthestHeadInBytes = 0x200;
const mostThreads = 4096;
/** A task has some ten nodes; memory that was made to look like more proves nothing. */
const mostCandidates = 64;

/**
 * Finds the list of the threads of each process: one node in the task, and its head in a structure
 * that the task points to, another for each process. No other list is like that. Undefined where
 * none, or a second one, is.
 */
export function findThreads(
  { memory }: Pick<Untyped, 'memory'>,
  { leaders, stack, magicAt, sizeInBytes }: FoundTaskList,
  places: Places,
): FoundThreads | undefined {
  const word = memory.wordSizeInBits / 8;
  /** The head that a list's first node points back to; undefined where the node is none. */
  const headOf = (task: TaskWindow, node: number): bigint | undefined => {
    const next = task.word(node) ?? 0n;
    const prev = task.word(node + word) ?? 0n;
    const at = task.address + BigInt(node);
    const isLinked =
      next !== 0n &&
      prev !== 0n &&
      prev !== at &&
      task.pointerAt(prev) === at &&
      task.pointerAt(next + BigInt(word)) === at;
    return isLinked ? prev : undefined;
  };
  const nodes = offsetsThat(
    leaders,
    word,
    (task, node) => headOf(task, node) !== undefined,
    sizeInBytes,
    places('thread_node'),
  );
  if (nodes.length > mostCandidates) {
    return undefined;
  }
  const found = nodes.flatMap((threadNode) => {
    const heads = new Map(leaders.map((task) => [task, headOf(task, threadNode) ?? 0n]));
    const distanceFrom = (task: TaskWindow, signal: number) =>
      (heads.get(task) ?? 0n) - (task.word(signal) ?? 0n);
    const isNear = (task: TaskWindow, signal: number) => {
      const distance = distanceFrom(task, signal);
      const isOfNode = signal === threadNode || signal === threadNode + word;
      return !isOfNode && distance >= 0n && distance < BigInt(farthestHeadInBytes);
    };
    const signals = offsetsThat(leaders, word, isNear, sizeInBytes, places('signal'));
    return signals.flatMap((signal) => {
      const [first] = leaders;
      const threadHead = first === undefined ? -1n : distanceFrom(first, signal);
      const isOwn =
        new Set(leaders.map((task) => task.word(signal))).size === leaders.length &&
        isAgreed(leaders, (task) => distanceFrom(task, signal) === threadHead);
      return isOwn ? [{ signal, threadHead: Number(threadHead), threadNode }] : [];
    });
  });
  const only = onlyOf(found);
  if (only === undefined) {
    return undefined;
  }
  const others: { thread: TaskWindow; leader: TaskWindow }[] = [];
  for (const leader of leaders) {
    const head = (leader.word(only.signal) ?? 0n) + BigInt(only.threadHead);
    const limit = Math.min(mostThreads - others.length, mostThreads);
    if (limit <= 0) {
      break;
    }
    for (const node of listNodes({ memory }, head, new WalkNotes(), { limit })) {
      const thread = new TaskWindow(memory, BigInt.asUintN(64, node - BigInt(only.threadNode)));
      if (thread.address !== leader.address) {
        others.push({ thread, leader });
      }
    }
  }
  const areTasks = isAgreed(someOf(others), ({ thread }) => {
    const at = thread.word(stack);
    return at === undefined || at === 0n ? undefined : thread.hasMark(at, magicAt);
  });
  return others.length === 0 || areTasks ? { ...only, others } : undefined;
}
