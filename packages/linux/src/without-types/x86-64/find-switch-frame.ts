import type { Kernel } from '@vmcorekit/core';
import { isAgreed, onlyOf } from '../agreement.ts';
import { type FoundMember, foundStruct } from '../found-struct.ts';
import type { TaskSamples } from '../task-samples.ts';
import type { TaskWindow } from '../task-window.ts';

/** What a sleeping task returns to: the function that switches tasks, or a new task's first one. */
const returnsTo: ReadonlySet<string> = new Set([
  '__schedule',
  'ret_from_fork',
  'ret_from_fork_asm',
]);
/** Words above the saved stack pointer: flags, r15 to r12, bx, bp, and the return address. */
const farthest = 10;
/** From the return address down, unchanged since Linux 4.9. */
const below = ['bp', 'bx', 'r12', 'r13', 'r14', 'r15'] as const;
const wordSizeInBytes = 8;

/**
 * Finds `struct inactive_task_frame` of x86-64: where above its saved stack pointer every sleeping
 * task has the address at which it goes on. Some kernels save the flags as well. Source: Linux,
 * arch/x86/include/asm/switch_to.h.
 */
export function findSwitchFrame(
  { memory, symbols }: Pick<Kernel, 'memory' | 'symbols'>,
  samples: TaskSamples,
  stackPointer: number,
  running: ReadonlySet<bigint>,
): ReturnType<typeof foundStruct> | undefined {
  const sleeping = samples.all.filter(
    (task) => !running.has(task.address) && task.word(samples.list.stack) !== 0n,
  );
  const goesOnAt = (task: TaskWindow, index: number) => {
    const at = (task.word(stackPointer) ?? 0n) + BigInt(index * wordSizeInBytes);
    const bytes = memory.tryRead(at, wordSizeInBytes);
    const ip =
      bytes && new DataView(bytes.buffer, bytes.byteOffset, wordSizeInBytes).getBigUint64(0, true);
    const name = ip === undefined ? undefined : symbols.at(ip, 'exact')?.name;
    return ip === undefined ? undefined : name !== undefined && returnsTo.has(name);
  };
  const places = Array.from({ length: farthest }, (_, index) => index).filter((index) =>
    isAgreed(sleeping, (task) => goesOnAt(task, index)),
  );
  const last = onlyOf(places);
  if (last === undefined || last < below.length || sleeping.length === 0) {
    return undefined;
  }
  const members: FoundMember[] = below.map((path, index) => ({
    path,
    offset: (last - 1 - index) * wordSizeInBytes,
    kind: 'pointer',
  }));
  return foundStruct(
    'inactive_task_frame',
    (last + 1) * wordSizeInBytes,
    [...members, { path: 'ret_addr', offset: last * wordSizeInBytes, kind: 'pointer' }],
    wordSizeInBytes,
  );
}
