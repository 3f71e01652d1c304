import type { Kernel } from '@vmcorekit/core';
import type { LockKind } from './lock-kinds.ts';

/** Where the members lie by which a lock and its waiters are found; in bytes. */
export interface LockLayout {
  /** The lock's structure. */
  readonly name: string;
  /** In a waiter: its task, and its node in the list. */
  readonly task: number;
  readonly list: number;
  /** In the lock: the head of the list (`wait_list`), or the pointer `first_waiter`. */
  readonly head: number;
  /** False in Linux 7.3: the waiters stand in a ring, and the lock points to the first. */
  readonly hasHead: boolean;
  readonly owner: number | null;
  readonly count: number | null;
  /** In a task: the mutex that it waits for; null for other locks, and other kernels. */
  readonly blockedOn: number | null;
}

/** Undefined where the kernel's types do not describe the lock or its waiter. */
export function lockLayoutOf(
  { types }: Pick<Kernel, 'types'>,
  { kind, lock: name, waiter: waiterName }: LockKind,
): LockLayout | undefined {
  const lock = types.struct(name);
  const waiter = types.struct(waiterName);
  const offset = (type: typeof lock, member: string) => type?.member(member)?.offsetInBytes;
  const task = offset(waiter, 'task');
  const list = offset(waiter, 'list');
  const head = offset(lock, 'wait_list');
  const first = offset(lock, 'first_waiter');
  const at = head ?? first;
  if (task === undefined || list === undefined || at === undefined) {
    return undefined;
  }
  return {
    name,
    task,
    list,
    head: at,
    hasHead: head !== undefined,
    owner: offset(lock, 'owner') ?? null,
    count: offset(lock, 'count') ?? null,
    blockedOn:
      kind === 'mutex' ? (offset(types.struct('task_struct'), 'blocked_on') ?? null) : null,
  };
}
