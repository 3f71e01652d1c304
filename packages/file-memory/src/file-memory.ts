import {
  BasePhysicalMemory,
  type ByteOrder,
  type ByteSource,
  isVmcorekitError,
  type MemoryPiece,
  type PageState,
  PfnSet,
  type PhysicalRange,
  stateOfPieces,
  uint32At,
  uint64At,
} from '@vmcorekit/core';
import { type Block, BlockCache } from './block-cache.ts';
import { ExtentReader, type FileMemoryOptions } from './extent-reader.ts';
import { piecesOf, stateOf } from './extent-states.ts';
import { type Extents, extentAt, extentsOf, firstBlocksOf, rangesOf } from './extents.ts';
import { PIECE_STORED, type Pieces } from './piece.ts';
import { storedRuns } from './stored-runs.ts';

const blockSizeInBytes = 128 * 1024;
/** 1 MiB, about what a processor's own cache holds. */
const maxBlocksAtFirst = 8;
/** 48 MiB, more than the image of any kernel. */
const maxBlocks = 384;

/**
 * Physical memory that lies in stretches of a file, as they are. Blocks are aligned in physical
 * memory, not in the file, where nothing is aligned. So a page never crosses two blocks, unless a
 * stretch ends within it.
 */
export class FileMemory extends BasePhysicalMemory {
  override readonly pageSizeInBytes: number;
  override readonly byteOrder: ByteOrder;
  readonly #extents: Extents;
  readonly #reader: ExtentReader;
  /** The key of each extent's first block. */
  readonly #firstKey: Float64Array;
  readonly #blocks: BlockCache = new BlockCache(blockSizeInBytes, maxBlocksAtFirst, maxBlocks);
  readonly #pages: PfnSet = new PfnSet();
  #ranges: readonly PhysicalRange[] | null = null;
  #lastExtent = 0;
  #lastPfn = -1;
  #block: Block | null = null;
  #blockAddress = 0;
  /** The part of `#block` that holds bytes. */
  #readyFrom = 0;
  #readyTo = 0;

  constructor(source: ByteSource, pieces: Pieces, options: FileMemoryOptions) {
    super();
    this.pageSizeInBytes = options.pageSizeInBytes;
    this.byteOrder = options.byteOrder;
    this.#extents = extentsOf(pieces);
    this.#reader = new ExtentReader(source, this.#extents, options);
    this.#firstKey = firstBlocksOf(this.#extents, blockSizeInBytes);
  }

  override get ranges(): readonly PhysicalRange[] {
    this.#ranges ??= rangesOf(this.#extents);
    return this.#ranges;
  }

  override get pagesRead(): number {
    return this.#pages.size;
  }

  override pageState(pfn: number): PageState {
    const start = pfn * this.pageSizeInBytes;
    const end = start + this.pageSizeInBytes;
    return this.#reader.undecodable.isInPage(pfn)
      ? stateOfPieces(this.pieces(start, end))
      : stateOf(this.#extents, start, end);
  }

  override pieces(start: number, end: number): Iterable<MemoryPiece> {
    const pieces = piecesOf(this.#extents, start, end);
    return this.#reader.undecodable.isEmpty ? pieces : this.#withUndecodable(pieces);
  }

  fileOffsetOf(address: number): number | undefined {
    const index = this.#extentOf(address);
    const start = this.#extents.start[index] ?? Infinity;
    return !this.#reader.hidesOffsets &&
      address >= start &&
      this.#extents.kind[index] === PIECE_STORED
      ? this.#reader.offsetOf(index, address)
      : undefined;
  }

  bytelessUntil(address: number): number | undefined {
    const index = this.#extentOf(address);
    return address >= (this.#extents.start[index] ?? Infinity) &&
      this.#extents.kind[index] !== PIECE_STORED
      ? this.#extents.end[index]
      : undefined;
  }

  override withView<Result>(
    address: number,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result {
    const block = this.#ready(address, lengthInBytes)
      ? this.#block
      : this.#enter(address, lengthInBytes);
    if (block === null) {
      return use(this.#assembled(address, lengthInBytes));
    }
    this.#count(address, lengthInBytes);
    const at = address - this.#blockAddress;
    block.viewers++;
    try {
      return use(block.bytes.subarray(at, at + lengthInBytes));
    } finally {
      block.viewers--;
    }
  }

  // Read from the current block, without a view of the word: a view took half of a lookup's time.
  override readUint32(address: number): number {
    const block = this.#ready(address, 4) ? this.#block : this.#enter(address, 4);
    if (block === null) {
      return super.readUint32(address);
    }
    this.#count(address, 4);
    return uint32At(block.bytes, address - this.#blockAddress, this.byteOrder);
  }

  override readUint64(address: number): bigint {
    const block = this.#ready(address, 8) ? this.#block : this.#enter(address, 8);
    if (block === null) {
      return super.readUint64(address);
    }
    this.#count(address, 8);
    return uint64At(block.bytes, address - this.#blockAddress, this.byteOrder);
  }

  /** Works block by block instead of page by page. */
  override readInto(address: number, target: Uint8Array): void {
    let done = 0;
    while (done < target.length) {
      const at = address + done;
      const length = Math.min(target.length - done, blockSizeInBytes - (at % blockSizeInBytes));
      const isReady = at >= this.#readyFrom && at + length <= this.#readyTo;
      const block = isReady ? this.#block : this.#enter(at, length);
      if (block === null) {
        target.set(this.#assembled(at, length), done);
      } else {
        this.#count(at, length);
        const from = at - this.#blockAddress;
        target.set(block.bytes.subarray(from, from + length), done);
      }
      done += length;
    }
  }

  override storedRuns(
    from: number = 0,
    to: number = Number.MAX_SAFE_INTEGER,
  ): Iterable<PhysicalRange> {
    return storedRuns(this.#extents, this.pageSizeInBytes, from, to);
  }

  /** Drops the cached blocks; the image disposes the source. */
  dispose(): void {
    this.#blocks.clear();
    this.#block = null;
    this.#readyFrom = 0;
    this.#readyTo = 0;
  }

  #ready(address: number, lengthInBytes: number): boolean {
    return address >= this.#readyFrom && address + lengthInBytes <= this.#readyTo;
  }

  /**
   * Makes the block of an address the current one. Returns null where no single block of a stored
   * extent holds the whole range, and where a part of the block cannot be decoded.
   */
  #enter(address: number, lengthInBytes: number): Block | null {
    const index = this.#extentOf(address);
    const start = this.#extents.start[index] ?? 0;
    const end = this.#extents.end[index] ?? 0;
    const blockAddress = address - (address % blockSizeInBytes);
    const from = Math.max(start, blockAddress);
    const to = Math.min(end, blockAddress + blockSizeInBytes);
    if (
      this.#extents.kind[index] !== PIECE_STORED ||
      !(address >= from && address + lengthInBytes <= to)
    ) {
      return null;
    }
    const key =
      (this.#firstKey[index] ?? 0) +
      (blockAddress - (start - (start % blockSizeInBytes))) / blockSizeInBytes;
    // The block to reuse may be the current one, and filling it may fail.
    this.#readyTo = 0;
    this.#readyFrom = 0;
    const fill = (target: Uint8Array): void => {
      const part = target.subarray(from - blockAddress, to - blockAddress);
      this.#reader.readInto(index, from, part, address);
    };
    try {
      this.#block = this.#blocks.held(key) ?? this.#blocks.filled(key, fill);
    } catch (error) {
      if (isVmcorekitError(error, 'bad-data')) {
        return null;
      }
      throw error;
    }
    this.#blockAddress = blockAddress;
    this.#readyFrom = from;
    this.#readyTo = to;
    return this.#block;
  }

  /** Reads a range over several extents or blocks, or one without bytes in the file. */
  #assembled(address: number, lengthInBytes: number): Uint8Array {
    const bytes = new Uint8Array(lengthInBytes);
    for (let done = 0; done < lengthInBytes; ) {
      const at = address + done;
      const index = this.#extentOf(at);
      const extentEnd = this.#extents.end[index] ?? 0;
      if (index >= this.#extents.count || !((this.#extents.start[index] ?? 0) <= at)) {
        throw this.#reader.absent(at);
      }
      const blockEnd = at - (at % blockSizeInBytes) + blockSizeInBytes;
      const length = Math.min(lengthInBytes - done, extentEnd - at, blockEnd - at);
      const lost = this.#reader.lost(index, at);
      if (lost !== undefined) {
        throw lost;
      }
      if (this.#extents.kind[index] === PIECE_STORED) {
        this.#readStored(index, at, bytes.subarray(done, done + length));
      }
      done += length;
    }
    return bytes;
  }

  /** Reads a range of one block and one stored extent. */
  #readStored(index: number, address: number, target: Uint8Array): void {
    const block = this.#enter(address, target.length);
    this.#count(address, target.length);
    if (block !== null) {
      const from = address - this.#blockAddress;
      target.set(block.bytes.subarray(from, from + target.length));
      return;
    }
    // Page by page, to blame only those that cannot be decoded.
    for (let done = 0; done < target.length; ) {
      const at = address + done;
      const pageEnd = at - (at % this.pageSizeInBytes) + this.pageSizeInBytes;
      const part = target.subarray(done, Math.min(target.length, pageEnd - address));
      part.set(this.#reader.readPart(index, at, part.length));
      done += part.length;
    }
  }

  *#withUndecodable(pieces: Iterable<MemoryPiece>): Generator<MemoryPiece, void, void> {
    for (const piece of pieces) {
      if (piece.state === 'stored') {
        yield* this.#reader.undecodable.piecesOf(piece, this.#extentOf(piece.start));
      } else {
        yield piece;
      }
    }
  }

  #extentOf(address: number): number {
    const last = this.#lastExtent;
    if (
      address >= (this.#extents.start[last] ?? Infinity) &&
      address < (this.#extents.end[last] ?? 0)
    ) {
      return last;
    }
    this.#lastExtent = extentAt(this.#extents, address);
    return this.#lastExtent;
  }

  #count(address: number, lengthInBytes: number): void {
    const first = Math.floor(address / this.pageSizeInBytes);
    const last = Math.floor((address + lengthInBytes - 1) / this.pageSizeInBytes);
    if (last !== this.#lastPfn) {
      for (let pfn = first; pfn <= last; pfn++) {
        this.#pages.add(pfn);
      }
      this.#lastPfn = last;
    }
  }
}
