import { type Kernel, StructView, type VirtualAddress } from '@vmcorekit/core';

/** No function that waits for a lock needs more; larger stacks are hostile. */
const maxWords = 2048;

/** A word on a stack, with its address. */
export interface StackWord {
  readonly address: VirtualAddress;
  readonly value: bigint;
}

/** The words of a stack from `start` to `end`; none where they cannot be read. */
export function stackWords(
  { memory }: Pick<Kernel, 'memory'>,
  start: VirtualAddress,
  end: VirtualAddress,
): StackWord[] {
  const size = memory.wordSizeInBits / 8;
  const count = Math.min(maxWords, Math.max(0, Math.floor(Number(end - start) / size)));
  const bytes = memory.tryRead(start, count * size);
  if (bytes === undefined) {
    return [];
  }
  const view = new StructView(bytes, memory.byteOrder, 'stack');
  return Array.from({ length: count }, (_, index) => ({
    address: start + BigInt(index * size),
    value: size === 8 ? view.uint64(index * size) : BigInt(view.uint32(index * size)),
  }));
}
