import type { ByteOrder } from '@vmcorekit/core';
import type { SparseMemory } from './sparse-memory.ts';

/** Where a test's tables lie. */
export interface TablePlaces {
  /** The place of the top table. */
  readonly root: number;
  /** Other tables are put from here on. */
  readonly tablesFrom: number;
}

/** One mapping of a test's tables. */
export interface TableMappingFields {
  readonly virtualAddress: bigint;
  readonly physicalAddress: number;
  readonly lengthInBytes: number;
  /** The level of the leaves: 1 (pages) is the default, 2 and more are large pages. */
  readonly level?: number;
  readonly isWritable?: boolean;
  /** By the kernel, or in a program's page by the program. */
  readonly isExecutable?: boolean;
}

/** A mapping where a leaf says whether programs may access it. */
export interface UserMappingFields extends TableMappingFields {
  readonly isUser?: boolean;
}

/** How a processor's tables are written. Levels count from the lowest, which is 1. */
export interface TableForm<Fields extends TableMappingFields> {
  /** Log2 of what an entry of the lowest level maps. */
  readonly pageBits: number;
  /** Index bits of each level, the lowest first. */
  readonly indexBits: readonly number[];
  /** Of the entries. Default: that of memory. */
  readonly byteOrder?: ByteOrder;
  /** How far tables lie from each other. */
  readonly stepInBytes: number;
  tableSizeInBytes(level: number): number;
  leaf(physicalAddress: number, level: number, fields: Fields): bigint;
  /** The entry of a level that leads to a table. */
  pointer(table: number, level: number): bigint;
  /** The table that such an entry leads to. */
  tableIn(entry: bigint): number;
  /** Whether a table is yet to be made below an entry. */
  isEmpty(entry: bigint): boolean;
  /** What fills a new table. */
  emptyEntry(level: number): bigint;
}

/** Page tables in a test's memory, built mapping by mapping. */
export class TableFiller<Fields extends TableMappingFields> {
  readonly root: number;
  readonly levels: number;
  readonly #memory: SparseMemory;
  readonly #form: TableForm<Fields>;
  readonly #isLittle: boolean;
  #next: number;

  constructor(memory: SparseMemory, form: TableForm<Fields>, { root, tablesFrom }: TablePlaces) {
    this.#memory = memory;
    this.#form = form;
    this.#isLittle = (form.byteOrder ?? memory.byteOrder) === 'little';
    this.#next = tablesFrom;
    this.root = root;
    this.levels = form.indexBits.length;
    this.#clear(root, this.levels);
  }

  map(fields: Fields): void {
    const { virtualAddress, physicalAddress, lengthInBytes, level = 1 } = fields;
    const size = 2 ** this.#shift(level);
    for (let done = 0; done < lengthInBytes; done += size) {
      const entry = this.#form.leaf(physicalAddress + done, level, fields);
      this.setEntry(virtualAddress + BigInt(done), level, entry);
    }
  }

  /** Writes one raw entry, for hostile tables also; makes the tables above it. */
  setEntry(virtualAddress: bigint, level: number, value: bigint): void {
    this.#write(this.entryAt(virtualAddress, level), value);
  }

  /** The place of the entry of a level that serves an address. */
  entryAt(virtualAddress: bigint, level: number): number {
    let table = this.root;
    for (let above = this.levels; above > level; above--) {
      const at = table + this.#index(virtualAddress, above) * 8;
      if (this.#form.isEmpty(this.#read(at))) {
        this.#clear(this.#next, above - 1);
        this.#write(at, this.#form.pointer(this.#next, above));
        this.#next += this.#form.stepInBytes;
      }
      table = this.#form.tableIn(this.#read(at));
    }
    return table + this.#index(virtualAddress, level) * 8;
  }

  #clear(table: number, level: number): void {
    const bytes = new Uint8Array(this.#form.tableSizeInBytes(level));
    const view = new DataView(bytes.buffer);
    const empty = this.#form.emptyEntry(level);
    for (let at = 0; at < bytes.length; at += 8) {
      view.setBigUint64(at, empty, this.#isLittle);
    }
    this.#memory.write(table, bytes);
  }

  /** The lowest address bit that the index of a level takes. */
  #shift(level: number): number {
    const { pageBits, indexBits } = this.#form;
    return indexBits.slice(0, level - 1).reduce((sum, bits) => sum + bits, pageBits);
  }

  #index(virtualAddress: bigint, level: number): number {
    const bits = this.#form.indexBits[level - 1] ?? 0;
    return Number(BigInt.asUintN(bits, virtualAddress >> BigInt(this.#shift(level))));
  }

  #read(at: number): bigint {
    const bytes = this.#memory.read(at, 8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, this.#isLittle);
  }

  #write(at: number, value: bigint): void {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, value, this.#isLittle);
    this.#memory.write(at, bytes);
  }
}
