import { type KernelMemory, tryRead } from '@vmcorekit/core';
import { PagedBytes } from './btf-bytes.ts';
import { type BtfSection, recordHeadInBytes } from './btf-section.ts';

/**
 * How `struct btf` begins: `data`, `types` (an array of pointers to records by type id), four other
 * pointers, a copy of the header, and the number of types. Source: Linux, kernel/bpf/btf.c.
 */
const wordsBeforeHeader = 6;
/** The header in `struct btf` may be longer than the one in the section. */
const headerSizes = [24, 32] as const;

/** Where each record lies, as the kernel's own array says. */
export interface RecordPlaces {
  readonly count: number;
  /** The offset in the records; undefined where it leads elsewhere. Throws as reading does. */
  at(id: number): number | undefined;
}

/**
 * The array of places in the `struct btf` at an address. Proved by its owner's pointer to this
 * section, and by the last record, which must end where the records end. Undefined where it is not.
 */
export function recordPlaces(
  memory: KernelMemory,
  section: BtfSection,
  start: bigint,
  btf: bigint,
): RecordPlaces | undefined {
  const word = memory.wordSizeInBits / 8;
  const pointer = (index: number) => memory.readPointer(btf + BigInt(index * word));
  if (pointer(0) !== start) {
    return undefined;
  }
  const array = pointer(1);
  const recordsStart = start + BigInt(section.typesStart);
  for (const headerSize of headerSizes) {
    const stated = memory.readUint32(btf + BigInt(wordsBeforeHeader * word + headerSize));
    if (stated < 1 || stated > section.typesLength / recordHeadInBytes + 1) {
      continue;
    }
    const pointers = new PagedBytes(memory, array, (stated + 1) * word);
    const view = new DataView(pointers.bytes.buffer);
    const isLittle = memory.byteOrder === 'little';
    const at = (id: number): number | undefined => {
      pointers.need(id * word, word);
      const address =
        word === 8 ? view.getBigUint64(id * 8, isLittle) : BigInt(view.getUint32(id * 4, isLittle));
      const place = address - recordsStart;
      return place >= 0n && place < BigInt(section.typesLength) ? Number(place) : undefined;
    };
    // Up to Linux 5.10 the number leaves out `void`.
    for (const count of [stated, stated + 1]) {
      const last = count > 1 ? tryRead(() => at(count - 1)) : undefined;
      if (last !== undefined && last + section.recordLength(last) === section.typesLength) {
        return { count, at };
      }
    }
  }
  return undefined;
}
