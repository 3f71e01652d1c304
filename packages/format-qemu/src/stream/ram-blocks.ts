import { hex, VmcorekitError } from '@vmcorekit/core';
import type { StreamCursor } from './stream-cursor.ts';

/** A machine has some ten blocks of memory, with many devices a hundred. */
const maxBlocks = 4096;
/** The least size of huge pages that QEMU backs memory with. */
const leastHugePage = 65_536;
/** 4 PiB, the most that a processor addresses. */
const maxBlockBytes: number = 2 ** 52;

/** A block of memory of QEMU's: the machine's RAM, or that of a device or its firmware. */
export interface RamBlock {
  readonly name: string;
  readonly sizeInBytes: number;
  /** The number of its first page. Pages are counted over all blocks, in their order. */
  readonly firstPage: number;
  /** Where its name stands in the file. */
  readonly statedAt: number;
}

/** The blocks of a stream, by name and in order. */
export class RamBlocks {
  readonly pageSizeInBytes: number;
  /** The block of the last record. A record need not name it again, even in the next section. */
  last: RamBlock | undefined = undefined;
  readonly #byName: Map<string, RamBlock> = new Map();
  #pages = 0;

  constructor(pageSizeInBytes: number) {
    this.pageSizeInBytes = pageSizeInBytes;
  }

  get all(): readonly RamBlock[] {
    return [...this.#byName.values()];
  }

  /** All pages of all blocks. */
  get pages(): number {
    return this.#pages;
  }

  named(name: string): RamBlock | undefined {
    return this.#byName.get(name);
  }

  add(name: string, sizeInBytes: number, statedAt: number): RamBlock {
    const known = this.#byName.get(name);
    if (known !== undefined) {
      return known;
    }
    const firstPage = this.#pages;
    this.#pages += Math.ceil(sizeInBytes / this.pageSizeInBytes);
    if (sizeInBytes % this.pageSizeInBytes !== 0) {
      throw new VmcorekitError('malformed', {
        structure: 'list of RAM blocks',
        fileOffset: statedAt,
        field: `length of '${name}'`,
        wanted: `a multiple of ${this.pageSizeInBytes}`,
        got: sizeInBytes,
      });
    }
    if (this.#byName.size === maxBlocks || this.#pages * this.pageSizeInBytes > maxBlockBytes) {
      throw new VmcorekitError('malformed', {
        structure: 'list of RAM blocks',
        fileOffset: statedAt,
        field: `block '${name}'`,
        wanted: `at most ${maxBlocks} blocks of together ${maxBlockBytes} bytes`,
        got: sizeInBytes,
      });
    }
    const block = { name, sizeInBytes, firstPage, statedAt };
    this.#byName.set(name, block);
    return block;
  }
}

/** Throws `malformed` where a list of blocks, by its sum, has more memory than any machine. */
export function checkSum(fileOffset: number, sumInBytes: number): void {
  if (sumInBytes > maxBlockBytes) {
    throw new VmcorekitError('malformed', {
      structure: 'list of RAM blocks',
      fileOffset,
      field: 'sum of their lengths',
      wanted: `at most ${hex(maxBlockBytes)}`,
      got: sumInBytes,
    });
  }
}

/**
 * Reads the list of blocks: name and length of each, until the sum is used up.
 *
 * @param statesAddresses whether an address follows each block, with `x-ignore-shared`
 * @param statesPageSizes whether blocks of huge pages state their size, with postcopy
 */
export function readRamBlocks(
  cursor: StreamCursor,
  blocks: RamBlocks,
  sumInBytes: number,
  { statesAddresses, statesPageSizes }: { statesAddresses: boolean; statesPageSizes: boolean },
): void {
  for (let left = sumInBytes; left > 0; ) {
    const at = cursor.position;
    const name = cursor.name('list of RAM blocks');
    const sizeInBytes = cursor.uint53('length of a RAM block');
    if (name === '' || sizeInBytes === 0 || sizeInBytes > left) {
      throw new VmcorekitError('malformed', {
        structure: 'list of RAM blocks',
        fileOffset: at,
        field: `length of '${name}'`,
        wanted: `from 1 to ${hex(left)}`,
        got: sizeInBytes,
      });
    }
    blocks.add(name, sizeInBytes, at);
    left -= sizeInBytes;
    if (statesPageSizes) {
      const before = cursor.position;
      const [upper, lower] = cursor.uint64Halves('page size of a RAM block');
      // A block of ordinary pages states none. A name does not begin with a zero byte.
      cursor.position = upper === 0 && isPageSizeOfHugePages(lower) ? before + 8 : before;
    }
    if (statesAddresses) {
      cursor.skip(8, 'address of a RAM block');
    }
  }
}

function isPageSizeOfHugePages(size: number): boolean {
  return size >= leastHugePage && (size & (size - 1)) === 0;
}
