import { hex, isVmcorekitError, type KernelMemory, VmcorekitError } from '@vmcorekit/core';
import { PagedBytes } from './btf-bytes.ts';
import { tryUndamaged } from './btf-damage.ts';
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
  /**
   * The offset in the records, of an id above 0 and below `count`. Throws as reading does, and
   * `malformed` where the record there does not end where the next one begins.
   */
  at(id: number): number;
}

/**
 * The array of places in the `struct btf` at an address. Proved by its owner's pointer to this
 * section, by the first record, and by the last, which must end where the records end. Undefined
 * where it is not.
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
  for (const headerSize of headerSizes) {
    const stated = memory.readUint32(btf + BigInt(wordsBeforeHeader * word + headerSize));
    if (stated < 1 || stated > section.typesLength / recordHeadInBytes + 1) {
      continue;
    }
    const pointers = new PagedBytes(memory, array, (stated + 1) * word);
    // Up to Linux 5.10 the number leaves out `void`.
    for (const count of [stated, stated + 1]) {
      const places = new PlacesInArray(memory, pointers, section, start, count);
      if (count > 1 && places.isWhole) {
        return places;
      }
    }
  }
  return undefined;
}

class PlacesInArray implements RecordPlaces {
  readonly count: number;
  readonly #word: number;
  readonly #isLittle: boolean;
  readonly #pointers: PagedBytes;
  readonly #view: DataView;
  readonly #section: BtfSection;
  readonly #recordsStart: bigint;

  constructor(
    memory: KernelMemory,
    pointers: PagedBytes,
    section: BtfSection,
    start: bigint,
    count: number,
  ) {
    this.count = count;
    this.#word = memory.wordSizeInBits / 8;
    this.#isLittle = memory.byteOrder === 'little';
    this.#pointers = pointers;
    this.#view = new DataView(pointers.bytes.buffer);
    this.#section = section;
    this.#recordsStart = start + BigInt(section.typesStart);
  }

  /** Whether it leads from the first record to the last. A lost first page is no fault. */
  get isWhole(): boolean {
    return (
      tryUndamaged(() => this.at(this.count - 1)) !== undefined &&
      (tryUndamaged(() => this.#stated(1)) ?? 0) === 0
    );
  }

  at(id: number): number {
    const place = this.#stated(id);
    const { typesLength } = this.#section;
    const next = id + 1 < this.count ? this.#stated(id + 1) : typesLength;
    const isInside = place >= 0 && place < typesLength;
    if (!isInside || place + this.#lengthAt(place) !== next) {
      throw new VmcorekitError('malformed', {
        structure: 'array of types',
        fileOffset: id * this.#word,
        field: `type ${id}`,
        wanted: `a record that ends at ${hex(next)}`,
        got: place,
      });
    }
    return place;
  }

  /** What stands in the array; it may lead anywhere. */
  #stated(id: number): number {
    this.#pointers.need(id * this.#word, this.#word);
    const address =
      this.#word === 8
        ? this.#view.getBigUint64(id * 8, this.#isLittle)
        : BigInt(this.#view.getUint32(id * 4, this.#isLittle));
    return Number(address - this.#recordsStart);
  }

  /** 0 where no record begins, as none ends there. */
  #lengthAt(place: number): number {
    try {
      return this.#section.recordLength(place);
    } catch (error) {
      // The array leads into the middle of a record.
      if (isVmcorekitError(error, 'unsupported')) {
        return 0;
      }
      throw error;
    }
  }
}
