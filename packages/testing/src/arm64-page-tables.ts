import type { SparseMemory } from './sparse-memory.ts';

export interface Arm64TableFields {
  /** 4 KiB, 16 KiB or 64 KiB. */
  readonly granuleInBytes: 0x1000 | 0x4000 | 0x1_0000;
  readonly addressBits: number;
  /** The place of the top table. */
  readonly root: number;
  /** Tables are put from here on, one granule each. */
  readonly tablesFrom: number;
  /** Bits set in every descriptor of a table: UXNTable, PXNTable. */
  readonly tableBits?: bigint;
}

export interface Arm64MappingFields {
  readonly virtualAddress: bigint;
  readonly physicalAddress: number;
  readonly lengthInBytes: number;
  /** The level of the leaves: 1 (pages) is the default, 2 and more are blocks. */
  readonly level?: number;
  readonly isWritable?: boolean;
  /** By the kernel, or in a program's page by the program. */
  readonly isExecutable?: boolean;
  readonly isUser?: boolean;
}

const userMay = 1n << 6n;
const readOnly = 1n << 7n;
const accessed = 1n << 10n;
const noKernelExecute = 1n << 53n;
const noUserExecute = 1n << 54n;

/**
 * arm64 page tables in a test's memory, built mapping by mapping. Source: Arm Architecture
 * Reference Manual, DDI 0487, chapter D8.
 */
export class Arm64TableBuilder {
  readonly root: number;
  readonly levels: number;
  readonly #memory: SparseMemory;
  readonly #fields: Arm64TableFields;
  readonly #granuleBits: number;
  #next: number;

  constructor(memory: SparseMemory, fields: Arm64TableFields) {
    this.#memory = memory;
    this.#fields = fields;
    this.root = fields.root;
    this.#granuleBits = Math.log2(fields.granuleInBytes);
    this.levels = Math.ceil((fields.addressBits - this.#granuleBits) / (this.#granuleBits - 3));
    this.#next = fields.tablesFrom;
    this.#clear(this.root);
  }

  map(fields: Arm64MappingFields): void {
    const level = fields.level ?? 1;
    const size = 2 ** this.#shift(level);
    for (let done = 0; done < fields.lengthInBytes; done += size) {
      this.setEntry(
        fields.virtualAddress + BigInt(done),
        level,
        this.#address(fields.physicalAddress + done) | attributesOf(fields, level),
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
      const at = table + this.#index(virtualAddress, above) * 8;
      if (this.#memory.readUint64(at) === 0n) {
        this.#clear(this.#next);
        this.#memory.writeUint64(
          at,
          this.#address(this.#next) | 3n | (this.#fields.tableBits ?? 0n),
        );
        this.#next += this.#fields.granuleInBytes;
      }
      const mask = 2n ** 48n - BigInt(this.#fields.granuleInBytes);
      table = Number(this.#memory.readUint64(at) & mask);
    }
    return table + this.#index(virtualAddress, level) * 8;
  }

  #clear(table: number): void {
    this.#memory.write(table, new Uint8Array(this.#fields.granuleInBytes));
  }

  /** Bits 51:48 of an address move into 15:12 with 64 KiB, bits 51:50 into 9:8 with FEAT_LPA2. */
  #address(physicalAddress: number): bigint {
    const address = BigInt(physicalAddress);
    const { granuleInBytes, addressBits } = this.#fields;
    if (granuleInBytes === 0x1_0000) {
      return (address % 2n ** 48n) | ((address >> 48n) << 12n);
    }
    return addressBits === 52 ? (address % 2n ** 50n) | ((address >> 50n) << 8n) : address;
  }

  #shift(level: number): number {
    return this.#granuleBits + (level - 1) * (this.#granuleBits - 3);
  }

  #index(virtualAddress: bigint, level: number): number {
    const end = Math.min(this.#fields.addressBits, this.#shift(level + 1));
    return Number((virtualAddress % 2n ** BigInt(end)) >> BigInt(this.#shift(level)));
  }
}

function attributesOf(fields: Arm64MappingFields, level: number): bigint {
  const isUser = fields.isUser === true;
  const isExecutable = fields.isExecutable === true;
  return (
    (level === 1 ? 3n : 1n) |
    accessed |
    (isUser ? userMay : 0n) |
    (fields.isWritable === true ? 0n : readOnly) |
    (isExecutable && !isUser ? 0n : noKernelExecute) |
    (isExecutable && isUser ? 0n : noUserExecute)
  );
}
