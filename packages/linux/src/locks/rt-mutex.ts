import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { type HeldBy, mutexHeldBy } from './lock-owner.ts';

/** Reads the rt_mutex that a task waits for: of a priority-inheritance futex, or PREEMPT_RT. */
export interface RtMutexes {
  /** Undefined where the task waits for none. */
  lockOf(task: VirtualAddress): { readonly address: VirtualAddress } | undefined;
  heldBy(lock: VirtualAddress): HeldBy | undefined;
}

/**
 * A task points to its waiter (`pi_blocked_on`), which points back to the task and on to the lock.
 * Undefined where the kernel's types do not describe them. Source: Linux,
 * kernel/locking/rtmutex_common.h; the lock is a `struct rt_mutex` before 5.15.
 */
export function rtMutexesOf({ memory, types }: Kernel): RtMutexes | undefined {
  const offset = (struct: string, member: string) =>
    types.struct(struct)?.member(member)?.offsetInBytes;
  const blockedOn = offset('task_struct', 'pi_blocked_on');
  const task = offset('rt_mutex_waiter', 'task');
  const lock = offset('rt_mutex_waiter', 'lock');
  const owner = offset('rt_mutex_base', 'owner') ?? offset('rt_mutex', 'owner');
  if (blockedOn === undefined || task === undefined || lock === undefined || owner === undefined) {
    return undefined;
  }
  const pointer = (address: VirtualAddress, at: number) =>
    tryRead(() => memory.readPointer(BigInt.asUintN(64, address + BigInt(at))));
  return {
    lockOf(of) {
      const waiter = pointer(of, blockedOn) ?? 0n;
      const address = waiter === 0n || pointer(waiter, task) !== of ? 0n : pointer(waiter, lock);
      return address === undefined || address === 0n ? undefined : { address };
    },
    heldBy(address) {
      const word = pointer(address, owner);
      return word === undefined ? undefined : mutexHeldBy(word);
    },
  };
}
