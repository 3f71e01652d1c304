import { hex, type Kernel, type Progress, tryRead } from '@vmcorekit/core';
import { spaceOf } from '../space-of.ts';
import type { AddressAnswer } from './answer.ts';
import { userAnswers, vmallocAnswer } from './areas.ts';
import { moduleAnswer, perCpuAnswer, symbolAnswer } from './named-places.ts';
import { pageAnswers } from './pages.ts';
import { taskAnswers } from './task-places.ts';

/**
 * What lies at an address, the nearest first: a symbol, a module, a per-CPU variable, a task or its
 * stack, a `struct page`, the direct map, a slab object, a vmalloc area, a mapping of a process.
 * Last comes where the page tables lead. Each answer says what proves it; several may hold at once.
 */
export function* whatIs(
  kernel: Kernel,
  address: bigint,
): Generator<Progress, AddressAnswer[], void> {
  const space = spaceOf(kernel, address);
  if (space === 'program') {
    const ofUsers = yield* userAnswers(kernel, address);
    return ofUsers;
  }
  const ofTasks = yield* taskAnswers(kernel, address);
  const ofVmalloc = yield* vmallocAnswer(kernel, address);
  const answers = [
    symbolAnswer(kernel, address),
    moduleAnswer(kernel, address),
    perCpuAnswer(kernel, address),
    ...ofTasks,
    ...pageAnswers(kernel, address),
    ofVmalloc,
    mappingAnswer(kernel, address),
  ].filter((answer) => answer !== undefined);
  if (answers.length > 0 || space === 'kernel') {
    return answers;
  }
  const ofUsers = yield* userAnswers(kernel, address);
  return ofUsers;
}

function mappingAnswer(kernel: Kernel, address: bigint): AddressAnswer | undefined {
  const found = tryRead(() => kernel.memory.translate(address));
  if (found === undefined) {
    return undefined;
  }
  const { physicalAddress, mappingSizeInBytes, isWritable, isExecutable } = found;
  const isStored = kernel.memory.tryRead(address, 1) !== undefined;
  const rights =
    isWritable === null
      ? 'rights not known'
      : `${isWritable ? 'writable' : 'read-only'}${isExecutable === true ? ', executable' : ''}`;
  return {
    kind: 'mapping',
    text: `mapped to physical address ${hex(physicalAddress)}, ${rights}${isStored ? '' : '; the dump does not hold it'}`,
    how: isWritable === null ? kernel.root.summary : `the page tables (${kernel.root.summary})`,
    facts: {
      physicalAddress: hex(physicalAddress),
      mappingSize: isWritable === null ? null : mappingSizeInBytes,
      rights,
      state: isStored ? 'stored' : 'lost',
    },
  };
}
