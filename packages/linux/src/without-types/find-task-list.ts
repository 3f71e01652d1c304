import type { Kernel } from '@vmcorekit/core';
import { listNodes } from '../containers/list.ts';
import { WalkNotes } from '../containers/walk.ts';
import { offsetsThat, offsetsWithin, onlyOf, someOf } from './agreement.ts';
import { firstTaskPlaces } from './find-first-task.ts';
import type { Places } from './places.ts';
import { TaskWindow, windowSizeInBytes } from './task-window.ts';

/** What finding members needs of a kernel: no types. */
export type Untyped = Pick<Kernel, 'memory' | 'symbols' | 'runs'>;

/** The list of tasks, and the members that prove it is the one. */
export interface FoundTaskList {
  readonly initTask: TaskWindow;
  /** The first threads of processes, the oldest first: pid 1, pid 2, … */
  readonly leaders: readonly TaskWindow[];
  readonly comm: number;
  readonly tasks: number;
  readonly stack: number;
  /** No task is larger: the next one begins there. */
  readonly sizeInBytes: number;
  /** Where a stack has STACK_END_MAGIC, from its lowest address on. */
  readonly magicAt: number;
}

/** The most that lies below a stack's mark: a `thread_info`, before Linux 4.9. */
const largestThreadInfoInBytes = 256;
/** TASK_COMM_LEN. Source: Linux, include/linux/sched.h. */
const commSizeInBytes = 16;
/** What the first task is called, with and without CONFIG_SMP. Source: kernel/sched/idle.c. */
const firstNames: readonly string[] = ['swapper/0', 'swapper'];
/** Lists that begin in init_task and look right at first; a real one has one or two. */
const mostLists = 16;
/** So many of a list's elements are looked at before the others: most other lists end there. */
const firstLooked = 16;
/** The share of tasks that have a name without control characters. */
const leastNamed = 0.9;
/** Every stack begins with a page, which is no smaller on any machine. */
const leastPageSizeInBytes = 4096n;
/** Enough to prove an offset; a kernel may have millions. */
const mostTasks = 4096;

/**
 * Finds the list of tasks by what all its elements have in common: a name that can be printed, and
 * a stack that ends with the kernel's mark. A sentence where no list, or a second one, has that.
 */
export function findTaskList(kernel: Untyped, places: Places): FoundTaskList | string {
  const { memory, symbols } = kernel;
  const named = symbols.find('init_task')?.address;
  const firsts = named === undefined ? firstTaskPlaces(kernel) : [named];
  if (firsts.length === 0) {
    return `the symbols (${symbols.from}) do not name init_task, where the tasks begin`;
  }
  const found = firsts.flatMap((first) => {
    const initTask = new TaskWindow(memory, first);
    return commsOf(initTask, places).flatMap((comm) => listsOf(memory, initTask, comm, places));
  });
  const list = onlyOf(found);
  return (
    list ??
    (found.length === 0
      ? 'no list that begins in init_task leads through tasks alone'
      : `${found.length} lists that begin in init_task lead through tasks`)
  );
}

function commsOf(initTask: TaskWindow, places: Places): readonly number[] {
  return offsetsThat(
    [initTask],
    4,
    (task, offset) => firstNames.includes(nameAt(task, offset) ?? ''),
    windowSizeInBytes,
    places('comm'),
  );
}

function listsOf(
  memory: Kernel['memory'],
  initTask: TaskWindow,
  comm: number,
  places: Places,
): FoundTaskList[] {
  const lists: FoundTaskList[] = [];
  let left = mostLists;
  const word = memory.wordSizeInBits / 8;
  for (const tasks of offsetsWithin(word, windowSizeInBytes, places('tasks'))) {
    if (left === 0) {
      break;
    }
    const leaders = leadersOf(memory, initTask, tasks, comm);
    const all = [initTask, ...leaders];
    if (leaders.length > 0) {
      left--;
    }
    if (leaders.length < 2 || !haveNames(all, comm)) {
      continue;
    }
    const sizeInBytes = distanceOf(leaders);
    const stacks = stacksIn(memory, all, sizeInBytes, places);
    if (stacks !== undefined && tasks < sizeInBytes && comm < sizeInBytes) {
      lists.push({ initTask, leaders, comm, tasks, sizeInBytes, ...stacks });
    }
  }
  return lists;
}

/** The elements of the list that begins there; none where the first is no task. */
function leadersOf(
  memory: Kernel['memory'],
  initTask: TaskWindow,
  tasks: number,
  comm: number,
): TaskWindow[] {
  const head = initTask.address + BigInt(tasks);
  const next = initTask.word(tasks);
  const wordSizeInBytes = memory.wordSizeInBits / 8;
  const last = initTask.word(tasks + wordSizeInBytes);
  if (
    next === undefined ||
    next === head ||
    last === undefined ||
    !initTask.mayLeadTo(last) ||
    initTask.pointerAt(next + BigInt(wordSizeInBytes)) !== head ||
    hasName(new TaskWindow(memory, next - BigInt(tasks)), comm) !== true
  ) {
    return [];
  }
  const leaders: TaskWindow[] = [];
  for (const node of listNodes({ memory }, head, new WalkNotes(), { limit: mostTasks })) {
    if (leaders.length === firstLooked && !haveNames(leaders, comm)) {
      break;
    }
    leaders.push(new TaskWindow(memory, BigInt.asUintN(64, node - BigInt(tasks))));
  }
  return leaders;
}

/** How far the two nearest tasks lie apart. After a task, the same offsets are of the next one. */
function distanceOf(tasks: readonly TaskWindow[]): number {
  const sorted = tasks.map(({ address }) => address).sort((a, b) => (a < b ? -1 : 1));
  return sorted.slice(1).reduce((least, address, index) => {
    const distance = Number(address - (sorted[index] ?? 0n));
    return Math.min(least, distance);
  }, windowSizeInBytes);
}

/**
 * Where every task points to a stack: some of them to one that ends with the mark, and the others
 * to the start of a page. One that has ended may have none. Each mark lies on another page.
 */
function stacksIn(
  memory: Kernel['memory'],
  tasks: readonly TaskWindow[],
  sizeInBytes: number,
  places: Places,
): Pick<FoundTaskList, 'stack' | 'magicAt'> | undefined {
  const wordSizeInBytes = memory.wordSizeInBits / 8;
  const marked = new Set(someOf(tasks));
  for (let magicAt = 0; magicAt <= largestThreadInfoInBytes; magicAt += wordSizeInBytes) {
    const offsets = offsetsThat(
      tasks,
      wordSizeInBytes,
      (task, offset) => {
        const stack = task.word(offset);
        return stack === undefined || (stack === 0n && task !== tasks[0])
          ? undefined
          : marked.has(task)
            ? task.hasMark(stack, magicAt)
            : task.mayLeadTo(stack) && stack % leastPageSizeInBytes === 0n;
      },
      sizeInBytes,
      places('stack'),
    );
    if (offsets.length > 0) {
      const stack = onlyOf(offsets);
      return stack === undefined ? undefined : { stack, magicAt };
    }
  }
  return undefined;
}

/** A program gives itself any name, so some may not be texts. */
function haveNames(tasks: readonly TaskWindow[], comm: number): boolean {
  const named = tasks.filter((task) => hasName(task, comm) !== false);
  return named.length >= tasks.length * leastNamed;
}

/** A program may take its name away. */
function hasName(task: TaskWindow, comm: number): boolean | undefined {
  const name = nameAt(task, comm);
  return name === '' ? undefined : name !== undefined;
}

/** A text without control characters that ends with a NUL; undefined for anything else. */
export function nameAt(task: TaskWindow, offset: number): string | undefined {
  let name = '';
  for (let at = offset; at < offset + commSizeInBytes && at < windowSizeInBytes; at += 4) {
    for (const byte of task.bytesAt(at) ?? []) {
      if (byte === 0) {
        return name;
      }
      if (byte < 0x20 || byte === 0x7f) {
        return undefined;
      }
      name += String.fromCharCode(byte);
    }
  }
  return undefined;
}
