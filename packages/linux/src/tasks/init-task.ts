import { type Kernel, latin1Bytes, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { number, optional, place, pointer } from '../reading/fields.ts';
import { imageData } from '../reading/image-data.ts';
import { knownReader } from '../reading/known-reader.ts';
import { isStackMark } from '../stacks/stack-mark.ts';

/** INIT_TASK_COMM, and the CPU's number. Source: Linux, include/linux/init_task.h. */
const names = ['swapper/0\0', 'swapper\0'].map((name) => latin1Bytes(name));
const overlapInBytes = 16;

/** `init_task`, where the tasks begin. */
export interface InitTask {
  readonly address: VirtualAddress;
  /** False where no symbol names it: it was found by its shape. */
  readonly isNamed: boolean;
}

/**
 * `init_task` by its symbol, which a kernel without CONFIG_KALLSYMS_ALL does not keep. Else by its
 * shape in the data of the image, where types say how a task looks. Undefined where no place, or
 * more than one, looks so.
 */
export const initTaskOf: (kernel: Kernel) => InitTask | undefined = perKernel((kernel) => {
  const named = kernel.symbols.find('init_task')?.address;
  if (named !== undefined) {
    return { address: named, isNamed: true };
  }
  const found = [...firstTasksIn(kernel)];
  return found.length === 1 && found[0] !== undefined
    ? { address: found[0], isNamed: false }
    : undefined;
});

/** The places with the name of the first task, and all that makes a task the first. */
function* firstTasksIn(kernel: Kernel): Generator<VirtualAddress, void, void> {
  const reader = knownReader(kernel, 'task_struct', {
    pid: number('pid'),
    stack: pointer('stack'),
    parent: pointer('real_parent'),
    leader: optional(pointer('group_leader')),
    tasks: place('tasks'),
  });
  const comm = reader?.type.member('comm')?.offsetInBytes;
  if (reader === undefined || comm === undefined) {
    return;
  }
  const { memory } = kernel;
  const wordSize = BigInt(memory.wordSizeInBits / 8);
  for (const at of firstNamesIn(kernel)) {
    const task = BigInt.asUintN(64, at - BigInt(comm));
    const values = reader.tryRead(task);
    const isFirst =
      values !== undefined &&
      values.pid === 0 &&
      values.parent === task &&
      (values.leader === null || values.leader === task) &&
      isStackMark(memory, values.stack) === true &&
      // The next task of the list leads back.
      tryRead(() => memory.readPointer(memory.readPointer(values.tasks) + wordSize)) ===
        values.tasks;
    if (isFirst) {
      yield task;
    }
  }
}

/** Where the data of an image has the name of the first task. */
export function* firstNamesIn(
  kernel: Pick<Kernel, 'memory' | 'runs'>,
): Generator<VirtualAddress, void, void> {
  for (const { start, bytes, lengthInBytes } of imageData(kernel, overlapInBytes)) {
    for (const index of placesOf(bytes, lengthInBytes)) {
      yield start + BigInt(index);
    }
  }
}

/** Where a name begins, before the overlap that the next piece begins with. */
function* placesOf(bytes: Uint8Array, lengthInBytes: number): Generator<number, void, void> {
  const [first = 0] = names[0] ?? [];
  for (let at = bytes.indexOf(first); at >= 0 && at < lengthInBytes; ) {
    const start = at;
    if (names.some((name) => name.every((byte, index) => bytes[start + index] === byte))) {
      yield start;
    }
    at = bytes.indexOf(first, at + 1);
  }
}
