import { type KernelMemory, lowestIndex } from '@vmcorekit/core';
import type { PagedBytes } from './btf-bytes.ts';
import { btfKind } from './btf-kinds.ts';
import {
  type BtfRecord,
  type BtfRecords,
  maxOfOneName,
  nameBytes,
  recordAt,
} from './btf-records.ts';
import { BtfSection, recordHeadInBytes } from './btf-section.ts';
import { type RecordPlaces, recordPlaces } from './record-places.ts';

/**
 * The records of a BTF whose names the kernel has sorted, read when needed: first the types without
 * a name, then all others by their names, bytewise. The kernel itself keeps an array of where each
 * record lies. It says that the order holds by `named_start_id` in `struct btf` (Linux 7.x).
 *
 * `btf` is the address of the kernel's `struct btf`. Undefined where that does not describe this
 * section, or where the order does not hold; then the section must be read whole. Throws as reading
 * memory does, and `truncated` or `malformed` where what is read is no BTF.
 */
export function sortedRecords(
  memory: KernelMemory,
  bytes: PagedBytes,
  start: bigint,
  btf: bigint,
): BtfRecords | undefined {
  const section = new BtfSection(bytes);
  // In a section without order, the first type has a name.
  if (section.typesLength < recordHeadInBytes || section.uint32(0) !== 0) {
    return undefined;
  }
  const places = recordPlaces(memory, section, start, btf);
  if (places === undefined) {
    return undefined;
  }
  const records = new SortedRecords(section, places);
  return records.firstNamed === statedFirstNamed(memory, records, btf) ? records : undefined;
}

/** What `struct btf` says; its layout is in the section itself. */
function statedFirstNamed(
  memory: KernelMemory,
  records: SortedRecords,
  btf: bigint,
): number | undefined {
  const wanted = nameBytes('named_start_id') as Uint8Array;
  for (const id of records.named('btf')) {
    const record = records.record(id);
    for (let index = 0; record?.kind === btfKind.STRUCT && index < record.vlen; index++) {
      if (records.isNamed(record.word(index * 3), wanted)) {
        return memory.readUint32(btf + BigInt(Math.floor(record.word(index * 3 + 2) / 8)));
      }
    }
  }
  return undefined;
}

class SortedRecords implements BtfRecords {
  readonly count: number;
  readonly firstId: number = 1;
  readonly namesLength: number;
  /** pahole writes it since Linux 6.0, and sorted sections came later. */
  readonly areEnumerationsSigned: boolean = true;
  /** The id of the first type with a name. */
  readonly firstNamed: number;
  readonly #section: BtfSection;
  readonly #places: RecordPlaces;

  constructor(section: BtfSection, places: RecordPlaces) {
    this.count = places.count;
    this.namesLength = section.stringsLength;
    this.#section = section;
    this.#places = places;
    this.firstNamed =
      1 + lowestIndex(this.count - 1, (index) => this.#nameOffsetOf(index + 1) === 0);
  }

  record(id: number): BtfRecord | undefined {
    return id > 0 && id < this.count ? recordAt(this.#section, id, this.#places.at(id)) : undefined;
  }

  named(name: string): readonly number[] {
    const wanted = nameBytes(name);
    if (wanted === undefined) {
      return [];
    }
    const compare = (id: number) => this.#section.compareName(this.#nameOffsetOf(id), wanted);
    const first =
      this.firstNamed +
      lowestIndex(this.count - this.firstNamed, (index) => compare(this.firstNamed + index) < 0);
    const ids: number[] = [];
    for (let id = first; id < this.count && compare(id) === 0; id++) {
      ids.push(id);
      if (ids.length > maxOfOneName) {
        return [];
      }
    }
    return ids;
  }

  name(offset: number): string {
    return this.#section.name(offset);
  }

  isNamed(offset: number, wanted: Uint8Array): boolean {
    return this.#section.compareName(offset, wanted) === 0;
  }

  #nameOffsetOf(id: number): number {
    return this.#section.uint32(this.#places.at(id));
  }
}
