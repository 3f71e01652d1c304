import type { SparseMemory } from './sparse-memory.ts';

export interface Riscv64TableFields {
  /** 3 for Sv39, 4 for Sv48, 5 for Sv57. */
  readonly levels: 3 | 4 | 5;
  /** The place of the top table. */
  readonly root: number;
  /** Tables are put from here on, one page each. */
  readonly tablesFrom: number;
}

export interface Riscv64MappingFields {
  readonly virtualAddress: bigint;
  readonly physicalAddress: number;
  readonly lengthInBytes: number;
  /** The level of the leaves: 1 (pages of 4 KiB) is the default, 2 and more are large pages. */
  readonly level?: number;
  readonly isWritable?: boolean;
  readonly isExecutable?: boolean;
  readonly isUser?: boolean;
}

const valid = 1n;
const readable = 2n;
const writable = 4n;
const executable = 8n;
const user = 0x10n;
const accessedAndDirty = 0xc0n;
const entries = 512;

/**
 * riscv64 page tables in a test's memory, built mapping by mapping. Source: The RISC-V Instruction
 * Set Manual, Volume II: Privileged Architecture, "Sv39".
 */
export class Riscv64TableBuilder {
  readonly root: number;
  readonly levels: number;
  readonly #memory: SparseMemory;
  #next: number;

  constructor(memory: SparseMemory, { levels, root, tablesFrom }: Riscv64TableFields) {
    this.#memory = memory;
    this.levels = levels;
    this.root = root;
    this.#next = tablesFrom;
    this.#clear(root);
  }

  map(fields: Riscv64MappingFields): void {
    const level = fields.level ?? 1;
    const size = 0x1000 * entries ** (level - 1);
    for (let done = 0; done < fields.lengthInBytes; done += size) {
      this.setEntry(
        fields.virtualAddress + BigInt(done),
        level,
        numberOf(fields.physicalAddress + done) |
          valid |
          readable |
          accessedAndDirty |
          (fields.isWritable === true ? writable : 0n) |
          (fields.isExecutable === true ? executable : 0n) |
          (fields.isUser === true ? user : 0n),
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
      if (this.#memory.readUint64(at) === 0n) {
        this.#clear(this.#next);
        this.#memory.writeUint64(at, numberOf(this.#next) | valid);
        this.#next += 0x1000;
      }
      table = Number(this.#memory.readUint64(at) >> 10n) * 0x1000;
    }
    return table + indexAt(virtualAddress, level) * 8;
  }

  #clear(table: number): void {
    this.#memory.write(table, new Uint8Array(0x1000));
  }
}

function indexAt(virtualAddress: bigint, level: number): number {
  return Number((virtualAddress >> BigInt(12 + 9 * (level - 1))) & 511n);
}

/** The page number in its place in an entry. */
function numberOf(physicalAddress: number): bigint {
  return BigInt(physicalAddress / 0x1000) << 10n;
}
