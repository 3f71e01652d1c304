import {
  type Dump,
  isHeld,
  isUnreadable,
  isVmcorekitError,
  type Kernel,
  type MemoryPiece,
  type PhysicalMemory,
  VmcorekitError,
} from '@vmcorekit/core';
import type { MemoryStretch, MemoryWindow, ReadRequest } from '../../protocol/memory-calls.ts';

const maxLengthInBytes = 64 * 1024;
/** The smallest page of any machine: what one table entry maps at least. */
const virtualPageSizeInBytes = 4096;

/** Memory for the hex view, with the state of each stretch. Throws `usage` beyond 64 KiB. */
export function readWindow(
  dump: Dump,
  kernel: Kernel | null,
  { space, address, lengthInBytes }: ReadRequest,
): MemoryWindow {
  if (lengthInBytes > maxLengthInBytes) {
    throw new VmcorekitError('usage', {
      what: 'the length to read',
      got: String(lengthInBytes),
      allowed: `at most ${maxLengthInBytes}`,
    });
  }
  const stretches =
    space === 'physical'
      ? physicalStretches(dump, Number(address), lengthInBytes)
      : virtualStretches(dump, kernel, address, lengthInBytes);
  return { address, stretches: [...stretches] };
}

function* physicalStretches(
  { image: { memory } }: Dump,
  start: number,
  lengthInBytes: number,
): Generator<MemoryStretch, void, void> {
  for (const piece of memory.pieces(start, start + lengthInBytes)) {
    if (isHeld(piece.state)) {
      yield* heldStretches(memory, piece);
    } else {
      const length = piece.end - piece.start;
      const address = BigInt(piece.start);
      yield { address, lengthInBytes: length, state: piece.state, bytes: null, because: null };
    }
  }
}

/** Reads page by page where one of them is damaged: that one says nothing of the others. */
function* heldStretches(
  memory: PhysicalMemory,
  { start, end, state }: MemoryPiece,
): Generator<MemoryStretch, void, void> {
  const address = BigInt(start);
  const lengthInBytes = end - start;
  try {
    const bytes = memory.read(start, lengthInBytes);
    yield { address, lengthInBytes, state, bytes, because: null };
  } catch (error) {
    if (!isVmcorekitError(error, 'page-unreadable')) {
      throw error;
    }
    const { pageSizeInBytes } = memory;
    const pageEnd = (Math.floor(start / pageSizeInBytes) + 1) * pageSizeInBytes;
    if (pageEnd < end) {
      yield* heldStretches(memory, { start, end: pageEnd, state });
      yield* heldStretches(memory, { start: pageEnd, end, state });
    } else {
      const { facts, message } = error;
      yield { address, lengthInBytes, state: facts.state, bytes: null, because: message };
    }
  }
}

function* virtualStretches(
  dump: Dump,
  kernel: Kernel | null,
  start: bigint,
  lengthInBytes: number,
): Generator<MemoryStretch, void, void> {
  const end = start + BigInt(lengthInBytes);
  for (let at = start; at < end; ) {
    const pageEnd = (at / BigInt(virtualPageSizeInBytes) + 1n) * BigInt(virtualPageSizeInBytes);
    const length = Number((pageEnd < end ? pageEnd : end) - at);
    yield* virtualPage(dump, kernel, at, length);
    at += BigInt(length);
  }
}

function* virtualPage(
  dump: Dump,
  kernel: Kernel | null,
  at: bigint,
  length: number,
): Generator<MemoryStretch, void, void> {
  const nothing = (because: string): MemoryStretch => ({
    address: at,
    lengthInBytes: length,
    state: 'unmapped',
    bytes: null,
    because,
  });
  if (kernel === null) {
    yield nothing('no page tables were found');
    return;
  }
  try {
    const { physicalAddress } = kernel.memory.translate(at);
    for (const stretch of physicalStretches(dump, physicalAddress, length)) {
      const address = at + (stretch.address - BigInt(physicalAddress));
      yield { ...stretch, address };
    }
  } catch (error) {
    if (!isUnreadable(error)) {
      throw error;
    }
    yield nothing(error.message);
  }
}
