import type { SparseMemory } from './sparse-memory.ts';

const entriesPerTable = 512n;

export interface PageTableFields {
  readonly levels: 4 | 5;
  /** The place of the top table. */
  readonly root: number;
  /** Tables without an explicit place are put from here on, one page each. */
  readonly tablesFrom: number;
  /** Added to every entry that points somewhere: SME's C-bit, for example. */
  readonly encryptionMask?: bigint;
}

export interface MappingFields {
  readonly virtualAddress: bigint;
  readonly physicalAddress: number;
  readonly lengthInBytes: number;
  /** 4 KiB, 2 MiB or 1 GiB. Default: 4 KiB. */
  readonly pageSizeInBytes?: 0x1000 | 0x20_0000 | 0x4000_0000;
  readonly isWritable?: boolean;
  readonly isExecutable?: boolean;
  readonly isUser?: boolean;
}

/**
 * x86-64 page tables in a test's memory, built mapping by mapping. Source: Intel SDM volume 3,
 * "4-Level Paging and 5-Level Paging".
 */
export class PageTableBuilder {
  readonly root: number;
  readonly levels: 4 | 5;
  readonly #memory: SparseMemory;
  readonly #mask: bigint;
  #next: number;

  constructor(memory: SparseMemory, fields: PageTableFields) {
    this.#memory = memory;
    this.levels = fields.levels;
    this.root = fields.root;
    this.#next = fields.tablesFrom;
    this.#mask = fields.encryptionMask ?? 0n;
    memory.write(this.root, new Uint8Array(4096));
  }

  /**
   * Puts the table of a level that serves an address at a chosen place: Linux's static tables lie
   * inside its image.
   */
  place(virtualAddress: bigint, level: number, table: number): void {
    this.#memory.write(table, new Uint8Array(4096));
    this.#point(this.#tableOf(virtualAddress, level + 1), virtualAddress, level + 1, table);
  }

  map(fields: MappingFields): void {
    const size = fields.pageSizeInBytes ?? 0x1000;
    const level = size === 0x1000 ? 1 : size === 0x20_0000 ? 2 : 3;
    for (let done = 0; done < fields.lengthInBytes; done += size) {
      const address = fields.virtualAddress + BigInt(done);
      const flags =
        1n |
        (fields.isWritable === true ? 2n : 0n) |
        (fields.isUser === true ? 4n : 0n) |
        (level > 1 ? 0x80n : 0n) |
        (fields.isExecutable === true ? 0n : 1n << 63n);
      this.#write(
        this.#tableOf(address, level),
        address,
        level,
        BigInt(fields.physicalAddress + done) | flags | this.#mask,
      );
    }
  }

  /** Writes one raw entry: for broken and hostile tables. */
  setEntry(virtualAddress: bigint, level: number, value: bigint): void {
    this.#write(this.#tableOf(virtualAddress, level), virtualAddress, level, value);
  }

  /** The table of a level that serves an address, created if missing. */
  #tableOf(virtualAddress: bigint, level: number): number {
    let table = this.root;
    for (let at = this.levels as number; at > level; at--) {
      const entry = this.#memory.readUint64(table + this.#index(virtualAddress, at) * 8);
      if ((entry & 1n) === 0n) {
        this.#memory.write(this.#next, new Uint8Array(4096));
        this.#point(table, virtualAddress, at, this.#next);
        table = this.#next;
        this.#next += 0x1000;
      } else {
        table = Number(entry & ~this.#mask & 0x000f_ffff_ffff_f000n);
      }
    }
    return table;
  }

  #point(table: number, virtualAddress: bigint, level: number, to: number): void {
    const presentWritableUserAccessedDirty = 0x67n;
    this.#write(
      table,
      virtualAddress,
      level,
      BigInt(to) | presentWritableUserAccessedDirty | this.#mask,
    );
  }

  #write(table: number, virtualAddress: bigint, level: number, value: bigint): void {
    this.#memory.writeUint64(table + this.#index(virtualAddress, level) * 8, value);
  }

  #index(virtualAddress: bigint, level: number): number {
    return Number((virtualAddress >> BigInt(12 + 9 * (level - 1))) % entriesPerTable);
  }
}
