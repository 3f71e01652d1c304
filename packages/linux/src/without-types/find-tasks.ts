import { type Kernel, plural, type StructType, type TypeTable } from '@vmcorekit/core';
import { perCpuOf } from '../containers/per-cpu.ts';
import { findCurrents } from './find-currents.ts';
import { findFamily } from './find-family.ts';
import { findKinds } from './find-kinds.ts';
import { findGroupLeader, findNumbers } from './find-numbers.ts';
import { findCpu } from './find-places.ts';
import { type FoundStackPointer, findSavedStackPointer, findStacks } from './find-stacks.ts';
import { findExitState, findState } from './find-state.ts';
import { findTaskList } from './find-task-list.ts';
import { findThreads } from './find-threads.ts';
import { type FoundMember, foundStruct } from './found-struct.ts';
import { everywhere, type Places } from './places.ts';
import { TaskSamples } from './task-samples.ts';

/** The structures that the tasks of a dump show, and what was not found. */
export interface FoundTaskTypes {
  readonly structs: ReadonlyMap<string, StructType>;
  /** A sentence each. */
  readonly remarks: readonly string[];
}

/** The members that every task proves. */
export interface ProvedTaskTypes {
  readonly structs: ReadonlyMap<string, StructType>;
  /** Whether all of them are proved, each at the place that types declare. */
  areAsIn(types: TypeTable): boolean;
  /** Finds the others too: flags and states rest on values that few tasks may have. */
  complete(): FoundTaskTypes;
}

type Source = Pick<Kernel, 'memory' | 'symbols' | 'runs' | 'types' | 'dump'>;

const commSizeInBytes = 16;

/**
 * Finds the members of task_struct, and of what belongs to it, that the list of tasks and their
 * stacks need. Each is a member only where the tasks agree on it and on no other. A sentence where
 * the list of tasks itself is not found. The members that every task proves are looked for at
 * `places`.
 */
export function findTasks(kernel: Source, places: Places = everywhere): ProvedTaskTypes | string {
  const { memory } = kernel;
  const list = findTaskList(kernel, places);
  if (typeof list === 'string') {
    return list;
  }
  const threads = findThreads(kernel, list, places);
  if (threads === undefined) {
    return 'the list of the threads of each process was not found';
  }
  const samples = new TaskSamples(memory, list, threads, places);
  const word = memory.wordSizeInBits / 8;
  const numbers = findNumbers(samples);
  const family = findFamily(samples);
  const saved = findSavedStackPointer(kernel, samples);
  const members: FoundMember[] = [
    { path: 'tasks', offset: list.tasks, kind: 'list' },
    { path: 'comm', offset: list.comm, kind: 'name', sizeInBytes: commSizeInBytes },
    { path: 'stack', offset: list.stack, kind: 'pointer' },
    { path: 'signal', offset: threads.signal, kind: 'pointer' },
    { path: 'thread_node', offset: threads.threadNode, kind: 'list' },
    { path: 'pid', offset: numbers?.pid, kind: 'int' },
    { path: 'tgid', offset: numbers?.tgid, kind: 'int' },
    { path: 'group_leader', offset: findGroupLeader(samples, family?.sibling), kind: 'pointer' },
    { path: 'real_parent', offset: family?.realParent, kind: 'pointer' },
    { path: 'children', offset: family?.children, kind: 'list' },
    { path: 'sibling', offset: family?.sibling, kind: 'list' },
    { path: saved.member, offset: saved.offset, kind: 'pointer' },
  ];
  const ofSignal: FoundMember[] = [
    { path: 'thread_head', offset: threads.threadHead, kind: 'list' },
  ];
  const signal = foundStruct('signal_struct', null, ofSignal, word);
  const realParent = family?.realParent;
  return {
    structs: byName([foundStruct('task_struct', null, members, word), signal]),
    areAsIn: (types) =>
      areMembersOf(types.struct('task_struct'), members) &&
      areMembersOf(types.struct('signal_struct'), ofSignal),
    complete: () => completed(kernel, samples, { members, signal, realParent, saved }),
  };
}

interface Proved {
  readonly members: readonly FoundMember[];
  readonly signal: StructType;
  readonly realParent: number | undefined;
  readonly saved: FoundStackPointer;
}

function completed(
  kernel: Source,
  samples: TaskSamples,
  { members: proved, signal, realParent, saved }: Proved,
): FoundTaskTypes {
  const { memory, list } = samples;
  const word = memory.wordSizeInBits / 8;
  const currents = findCurrents(kernel, list);
  const kinds = realParent === undefined ? undefined : findKinds(samples, realParent);
  const state = findState(samples);
  const cpuCount = perCpuOf(kernel).possible.value?.length ?? 0;
  const stacks = findStacks(kernel, samples, saved, currents, state);
  const members: FoundMember[] = [
    ...proved.map((member) =>
      stacks.isRefuted && member.path === saved.member ? { ...member, offset: undefined } : member,
    ),
    { path: 'flags', offset: kinds?.flags, kind: 'unsigned' },
    { path: 'mm', offset: kinds?.mm, kind: 'pointer' },
    { path: '__state', offset: state, kind: 'unsigned' },
    {
      path: 'exit_state',
      offset: state === undefined ? undefined : findExitState(samples, state),
      kind: 'int',
    },
    {
      path: 'cpu',
      offset: findCpu(samples, currents?.tasks ?? new Map(), cpuCount),
      kind: 'unsigned',
    },
    // It is the first member wherever it is one. Source: Linux, include/linux/sched.h.
    { path: 'thread_info', offset: list.magicAt === 0 ? 0 : undefined, kind: 'unsigned' },
  ];
  const missing = members.flatMap(({ path, offset }) => (offset === undefined ? [path] : []));
  return {
    structs: byName([
      foundStruct('task_struct', null, members, word),
      signal,
      ...(stacks.threadSize === null
        ? []
        : [foundStruct('thread_union', stacks.threadSize, [], word)]),
      ...(list.magicAt === 0 ? [] : [foundStruct('thread_info', list.magicAt, [], word)]),
      ...(currents?.variable === 'pcpu_hot'
        ? [
            foundStruct(
              'pcpu_hot',
              null,
              [{ path: 'current_task', offset: currents.offset, kind: 'pointer' }],
              word,
            ),
          ]
        : []),
      ...stacks.structs,
    ]),
    remarks: [
      `${plural(samples.all.length, 'task')} of this dump agree on where struct task_struct has its members`,
      ...(missing.length === 0
        ? []
        : [`not proved by the tasks of this dump: where they have ${missing.join(', ')}`]),
    ],
  };
}

function areMembersOf(type: StructType | undefined, members: readonly FoundMember[]): boolean {
  return members.every(
    ({ path, offset }) => offset !== undefined && type?.member(path)?.offsetInBytes === offset,
  );
}

function byName(structs: readonly StructType[]): ReadonlyMap<string, StructType> {
  return new Map(structs.map((each) => [each.name, each]));
}
