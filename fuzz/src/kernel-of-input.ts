import type { Architecture, Kernel, VirtualAddress } from '@vmcorekit/core';
import { linearMemory, memoryDump, SparseMemory, testKernel } from '@vmcorekit/testing';

/** What a target knows of the kernel whose memory is the input. */
export interface InputKernel extends Pick<Kernel, 'symbols' | 'types'> {
  readonly architecture: Architecture;
  /** Where its memory begins; after the end of a short input it is zero. */
  readonly start: VirtualAddress;
  readonly sizeInBytes: number;
  readonly vmcoreinfo?: string;
}

/** A kernel whose memory is the input, mapped in one run. */
export function kernelOfInput(
  input: Uint8Array,
  { architecture, start, sizeInBytes, ...known }: InputKernel,
): Kernel {
  const { wordSizeInBits } = architecture;
  const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
  memory.write(0, input.subarray(0, sizeInBytes));
  const mapping = { virtualAddress: start, physicalAddress: 0, lengthInBytes: sizeInBytes };
  return testKernel({
    dump: memoryDump({ memory, architecture }),
    memory: linearMemory(memory, [mapping], { wordSizeInBits }),
    ...known,
  });
}
