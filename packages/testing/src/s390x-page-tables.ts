import type { SparseMemory } from './sparse-memory.ts';

export interface S390xTableFields {
  /** 2 for a segment table; 3, 4, 5 for a region-third, -second and -first table. */
  readonly levels: 2 | 3 | 4 | 5;
  /** The place of the top table, a multiple of 16 KiB for the search for roots. */
  readonly root: number;
  /** Tables are put from here on, 16 KiB each. */
  readonly tablesFrom: number;
}

export interface S390xMappingFields {
  readonly virtualAddress: bigint;
  readonly physicalAddress: number;
  readonly lengthInBytes: number;
  /** The level of the leaves: 1 (4 KiB) is the default, 2 maps 1 MiB, 3 maps 2 GiB. */
  readonly level?: number;
  readonly isWritable?: boolean;
  readonly isExecutable?: boolean;
}

const tableSizeInBytes = 0x4000;
const wholeTable = 3n;
const invalid = 0x20n;
const pageInvalid = 0x400n;
const formatControl = 0x400n;
const isProtected = 0x200n;
const noExecute = 0x100n;
/** A bit of software: Linux sets it in all that it maps. */
const present = 1n;
/** log2 of what an entry of each level maps, the lowest first. */
const shifts = [12, 20, 31, 42, 53] as const;

/**
 * s390x DAT tables in a test's big-endian memory, built mapping by mapping. Source: z/Architecture
 * Principles of Operation, SA22-7832, chapter 3.
 */
export class S390xTableBuilder {
  readonly root: number;
  readonly levels: number;
  readonly #memory: SparseMemory;
  #next: number;

  constructor(memory: SparseMemory, { levels, root, tablesFrom }: S390xTableFields) {
    this.#memory = memory;
    this.levels = levels;
    this.root = root;
    this.#next = tablesFrom;
    this.#clear(root, levels);
  }

  /** The address-space-control element of these tables. */
  get asce(): bigint {
    return BigInt(this.root) | (BigInt(this.levels - 2) << 2n) | wholeTable;
  }

  map(fields: S390xMappingFields): void {
    const level = fields.level ?? 1;
    const size = 2 ** (shifts[level - 1] ?? 0);
    for (let done = 0; done < fields.lengthInBytes; done += size) {
      this.setEntry(
        fields.virtualAddress + BigInt(done),
        level,
        BigInt(fields.physicalAddress + done) |
          (level === 1 ? present : formatControl | typeOf(level)) |
          (fields.isWritable === true ? 0n : isProtected) |
          (fields.isExecutable === true ? 0n : noExecute),
      );
    }
  }

  /** Writes one raw entry, for hostile tables also; makes the tables above it. */
  setEntry(virtualAddress: bigint, level: number, value: bigint): void {
    this.#memory.writeUint64(this.entryAt(virtualAddress, level), value);
  }

  /** The place of the entry of a level that serves an address. */
  entryAt(virtualAddress: bigint, level: number): number {
    let table = this.root;
    for (let above = this.levels; above > level; above--) {
      const at = table + indexAt(virtualAddress, above) * 8;
      if ((this.#memory.readUint64(at) & invalid) !== 0n) {
        this.#clear(this.#next, above - 1);
        const length = above === 2 ? 0n : wholeTable;
        this.#memory.writeUint64(at, BigInt(this.#next) | typeOf(above) | length);
        this.#next += tableSizeInBytes;
      }
      table = Number(this.#memory.readUint64(at) & ~0x7ffn);
    }
    return table + indexAt(virtualAddress, level) * 8;
  }

  #clear(table: number, level: number): void {
    const entries = level === 1 ? 256 : 2048;
    for (let index = 0; index < entries; index++) {
      const empty = level === 1 ? pageInvalid : invalid | typeOf(level);
      this.#memory.writeUint64(table + index * 8, empty);
    }
  }
}

/** Bits 3:2 of the entries of region and segment tables. */
function typeOf(level: number): bigint {
  return BigInt(level - 2) << 2n;
}

function indexAt(virtualAddress: bigint, level: number): number {
  const mask = level === 1 ? 0xffn : 0x7ffn;
  return Number((virtualAddress >> BigInt(shifts[level - 1] ?? 0)) & mask);
}
