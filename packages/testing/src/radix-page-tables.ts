import type { SparseMemory } from './sparse-memory.ts';

const rootIndexBits = 13;
const addressBits = 52n;
const valid = 1n << 63n;
const leaf = 1n << 62n;

export interface RadixTableFields {
  /** The place of the root, a multiple of 64 KiB. */
  readonly root: number;
  /** Tables are put from here on, a page each. */
  readonly tablesFrom: number;
  /** Index bits of the lowest level: 9 for pages of 4 KiB, 5 for pages of 64 KiB. */
  readonly lowestIndexBits?: 9 | 5;
}

export interface RadixMappingFields {
  readonly virtualAddress: bigint;
  readonly physicalAddress: number;
  readonly lengthInBytes: number;
  /** The level of the leaves: 1 (pages) is the default, 2 is 2 MiB, 3 is 1 GiB. */
  readonly level?: number;
  readonly isWritable?: boolean;
  readonly isExecutable?: boolean;
  readonly isUser?: boolean;
}

/**
 * ppc64's radix page tables in a test's memory, built mapping by mapping. Source: Power ISA 3.0B,
 * Book III, "Radix Tree Translation".
 */
export class RadixTableBuilder {
  readonly root: number;
  readonly #memory: SparseMemory;
  /** Index bits by level, the lowest first. */
  readonly #indexBits: readonly number[];
  #next: number;

  constructor(memory: SparseMemory, { root, tablesFrom, lowestIndexBits = 9 }: RadixTableFields) {
    this.#memory = memory;
    this.root = root;
    this.#next = tablesFrom;
    this.#indexBits = [lowestIndexBits, 9, 9, rootIndexBits];
    memory.write(root, new Uint8Array(2 ** rootIndexBits * 8));
  }

  map(fields: RadixMappingFields): void {
    const level = fields.level ?? 1;
    const size = 2 ** Number(this.#shift(level));
    const access =
      (fields.isUser === true ? 0n : 8n) |
      4n |
      (fields.isWritable === true ? 2n : 0n) |
      (fields.isExecutable === true ? 1n : 0n);
    for (let done = 0; done < fields.lengthInBytes; done += size) {
      this.setEntry(
        fields.virtualAddress + BigInt(done),
        level,
        valid | leaf | BigInt(fields.physicalAddress + done) | 0x180n | access,
      );
    }
  }

  /** Writes one raw entry, for hostile tables also; makes the tables above it. */
  setEntry(virtualAddress: bigint, level: number, value: bigint): void {
    this.#write(this.entryAt(virtualAddress, level), value);
  }

  /** The place of the entry of a level that serves an address. */
  entryAt(virtualAddress: bigint, level: number): number {
    let table = this.root;
    for (let above = this.#indexBits.length; above > level; above--) {
      const at = table + this.#index(virtualAddress, above) * 8;
      const bits = this.#indexBits[above - 2] ?? 0;
      if (this.#read(at) === 0n) {
        this.#memory.write(this.#next, new Uint8Array(4096));
        this.#write(at, valid | BigInt(this.#next) | BigInt(bits));
        this.#next += 0x1000;
      }
      table = Number(this.#read(at) & 0x0fff_ffff_ffff_ff00n);
    }
    return table + this.#index(virtualAddress, level) * 8;
  }

  /** The lowest address bit that the index of a level takes. */
  #shift(level: number): bigint {
    const above = this.#indexBits.slice(level - 1).reduce((sum, bits) => sum + bits, 0);
    return addressBits - BigInt(above);
  }

  #index(virtualAddress: bigint, level: number): number {
    const bits = BigInt(this.#indexBits[level - 1] ?? 0);
    return Number((virtualAddress >> this.#shift(level)) & (2n ** bits - 1n));
  }

  #read(at: number): bigint {
    const bytes = this.#memory.read(at, 8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0);
  }

  #write(at: number, value: bigint): void {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, value);
    this.#memory.write(at, bytes);
  }
}
