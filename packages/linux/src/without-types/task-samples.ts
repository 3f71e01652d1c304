import type { Kernel } from '@vmcorekit/core';
import { type Opinion, offsetsThat } from './agreement.ts';
import type { FoundTaskList } from './find-task-list.ts';
import type { FoundThreads } from './find-threads.ts';
import type { Places } from './places.ts';
import type { TaskWindow } from './task-window.ts';

/** The tasks that prove the members: those of the list, and the threads that it leads to. */
export class TaskSamples {
  readonly memory: Kernel['memory'];
  readonly list: FoundTaskList;
  readonly threads: FoundThreads;
  /** `init_task` and the first thread of each process. */
  readonly leaders: readonly TaskWindow[];
  /** All, `init_task` first. */
  readonly all: readonly TaskWindow[];
  readonly #places: Places;
  readonly #leaderOf: ReadonlyMap<TaskWindow, TaskWindow>;

  constructor(
    memory: Kernel['memory'],
    list: FoundTaskList,
    threads: FoundThreads,
    places: Places,
  ) {
    this.memory = memory;
    this.list = list;
    this.threads = threads;
    this.#places = places;
    this.leaders = [list.initTask, ...list.leaders];
    this.all = [...this.leaders, ...threads.others.map(({ thread }) => thread)];
    this.#leaderOf = new Map(threads.others.map(({ thread, leader }) => [thread, leader]));
  }

  /** The first thread of a task's process, often itself. */
  leaderOf(task: TaskWindow): TaskWindow {
    return this.#leaderOf.get(task) ?? task;
  }

  /**
   * The offsets of words at which the tasks agree; what cannot be read says nothing. Looks where
   * the members `paths` may be.
   */
  words(
    tasks: readonly TaskWindow[],
    agrees: (task: TaskWindow, value: bigint, offset: number) => Opinion,
    paths: readonly string[] = [],
  ): number[] {
    const test = (task: TaskWindow, offset: number) => {
      const value = task.word(offset);
      return value === undefined ? undefined : agrees(task, value, offset);
    };
    return this.#offsets(tasks, this.memory.wordSizeInBits / 8, test, paths);
  }

  /** The same of integers of 32 bits. */
  integers(
    tasks: readonly TaskWindow[],
    agrees: (task: TaskWindow, value: number, offset: number) => Opinion,
    paths: readonly string[] = [],
  ): number[] {
    const test = (task: TaskWindow, offset: number) => {
      const value = task.uint32(offset);
      return value === undefined ? undefined : agrees(task, value, offset);
    };
    return this.#offsets(tasks, 4, test, paths);
  }

  #offsets(
    tasks: readonly TaskWindow[],
    stepInBytes: number,
    test: (task: TaskWindow, offset: number) => Opinion,
    paths: readonly string[],
  ): number[] {
    const places = paths.length === 0 ? undefined : this.#places(...paths);
    return offsetsThat(tasks, stepInBytes, test, this.list.sizeInBytes, places);
  }
}
