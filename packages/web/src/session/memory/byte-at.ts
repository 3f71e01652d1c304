import { type Dump, type Kernel, tryRead } from '@vmcorekit/core';
import { symbolText } from '@vmcorekit/report';
import type { AddressInSpace, ByteFacts } from '../../protocol/memory-calls.ts';

/** What is known of one byte, apart from its value. */
export function byteAt(
  { image: { memory }, container, files }: Dump,
  kernel: Kernel | null,
  { space, address }: AddressInSpace,
): ByteFacts {
  const physical =
    space === 'physical'
      ? Number(address)
      : tryRead(() => kernel?.memory.translate(address).physicalAddress);
  const symbol = space === 'virtual' ? kernel?.symbols.at(address) : undefined;
  const isWholeFile = container === null && files.length === 1;
  return {
    symbol:
      symbol === undefined
        ? null
        : symbolText(symbol, address - symbol.address, symbol.sizeInBytes),
    physicalAddress: physical === undefined ? null : BigInt(physical),
    pageState:
      physical === undefined
        ? null
        : memory.pageState(Math.floor(physical / memory.pageSizeInBytes)),
    fileOffset:
      physical !== undefined && isWholeFile ? (memory.fileOffsetOf?.(physical) ?? null) : null,
  };
}
