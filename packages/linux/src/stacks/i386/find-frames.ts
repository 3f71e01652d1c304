import type { Kernel } from '@vmcorekit/core';
import { onlyOf } from '../../without-types/agreement.ts';
import { areChained, type SleepingTasks } from '../../without-types/back-chains.ts';
import { foundStruct } from '../../without-types/found-struct.ts';
import type { FoundFrames } from '../stack-machine.ts';

const wordSizeInBytes = 4;
/**
 * `struct inactive_task_frame`: the registers below the frame pointer, from the saved stack pointer
 * on. Source: Linux, arch/x86/include/asm/switch_to.h; the flags since 5.2 (6690e86be83a).
 */
const savedBelow = [
  ['si', 'di', 'bx'],
  ['flags', 'si', 'di', 'bx'],
] as const;

/**
 * Finds what a task saves when it is switched out: that by which nearly all sleeping tasks have a
 * sound chain of frame pointers. The saved frame pointer and the return address after it are the
 * first link.
 */
export function findFrames(
  kernel: Pick<Kernel, 'memory' | 'symbols'>,
  sleeping: SleepingTasks,
): FoundFrames | undefined {
  const below = onlyOf(
    savedBelow.filter(({ length }) =>
      areChained(kernel, sleeping, {
        firstFrame: (_memory, stackPointer) => stackPointer + BigInt(wordSizeInBytes * length),
        linkOffset: 0,
        returnOffset: wordSizeInBytes,
        frameAlignment: BigInt(wordSizeInBytes),
      }),
    ),
  );
  if (below === undefined) {
    return undefined;
  }
  const members = [...below, 'bp', 'ret_addr'].map((path, index) => ({
    path,
    offset: wordSizeInBytes * index,
    kind: 'pointer' as const,
  }));
  return {
    stackSizeInBytes: sleeping.stackAlignmentInBytes,
    structs: [
      foundStruct(
        'inactive_task_frame',
        wordSizeInBytes * members.length,
        members,
        wordSizeInBytes,
      ),
    ],
  };
}
