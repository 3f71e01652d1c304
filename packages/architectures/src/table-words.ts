import { type ByteOrder, type PhysicalMemory, tryRead } from '@vmcorekit/core';

const isLittleEndianHost = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** How entries lie in memory. */
export interface EntryForm {
  readonly byteOrder: ByteOrder;
  /** Default: 8. */
  readonly entrySizeInBytes?: 4 | 8;
}

/**
 * A copy of a table as 32-bit words, the low word of a 64-bit entry first, because the walk below
 * the table would end a view's life. Entries have 64 bits in the byte order of memory, unless
 * `form` says otherwise. Undefined where the table cannot be read.
 */
export function tableWords(
  memory: PhysicalMemory,
  table: number,
  sizeInBytes: number,
  form: EntryForm = memory,
): Uint32Array | undefined {
  const bytes = new Uint8Array(sizeInBytes);
  return tryRead(() => (memory.tryReadInto(table, bytes) ? wordsOf(bytes, form) : undefined));
}

/** Whether words of this computer are words of that order, the low word of 64 bits first. */
export function isInHostOrder({ byteOrder }: Pick<EntryForm, 'byteOrder'>): boolean {
  return byteOrder === 'little' && isLittleEndianHost;
}

/**
 * Bytes of memory as 32-bit words, the low word of a 64-bit entry first. Shares the bytes where
 * they are aligned and in the order of this machine.
 */
export function wordsOf(
  bytes: Uint8Array,
  { byteOrder, entrySizeInBytes = 8 }: EntryForm,
): Uint32Array {
  const { buffer, byteOffset, length } = bytes;
  if (isInHostOrder({ byteOrder }) && byteOffset % 4 === 0) {
    return new Uint32Array(buffer, byteOffset, length / 4);
  }
  const view = new DataView(buffer, byteOffset, length);
  const isLittle = byteOrder === 'little';
  // In big-endian memory the high word of a 64-bit entry comes first.
  const swap = isLittle || entrySizeInBytes === 4 ? 0 : 1;
  const words = new Uint32Array(length / 4);
  for (let index = 0; index < words.length; index++) {
    words[index] = view.getUint32((index ^ swap) * 4, isLittle);
  }
  return words;
}
