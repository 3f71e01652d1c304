import {
  BasePhysicalMemory,
  type ByteOrder,
  type ByteSource,
  hex,
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
import { piecesOf, stateOf } from './extent-states.ts';
import { type Extents, extentAt, extentsOf, rangesOf } from './extents.ts';
import { PIECE_CORRUPT, PIECE_EXCLUDED, PIECE_STORED, type Pieces } from './piece.ts';
import { storedRuns } from './stored-runs.ts';
import { UndecodableParts } from './undecodable-parts.ts';
import { unreadable } from './unreadable.ts';

const blockSizeInBytes = 128 * 1024;
/** 1 MiB, about what a processor's own cache holds. */
const maxBlocksAtFirst = 8;
/** 48 MiB, more than the image of any kernel. */
const maxBlocks = 384;

export interface FileMemoryOptions {
  readonly pageSizeInBytes: number;
  readonly byteOrder: ByteOrder;
  /** The format's word for a part of its file, for errors: `segment`. */
  readonly part: string;
  /** True where the source is not the dump's file, but beside it or unpacked from it. */
  readonly hidesOffsets?: boolean;
  /** Why memory without bytes was left out; a filter did it where this is left out. */
  readonly excludedBecause?: string;
}

/**
 * Physical memory that lies in stretches of a file, as they are. Blocks are aligned in physical
 * memory, not in the file, where nothing is aligned. So a page never crosses two blocks, unless a
 * stretch ends within it.
 */
export class FileMemory extends BasePhysicalMemory {
  override readonly pageSizeInBytes: number;
  override readonly byteOrder: ByteOrder;
  readonly #source: ByteSource;
  readonly #part: string;
  readonly #hidesOffsets: boolean;
  readonly #excludedBecause: string;
  readonly #extents: Extents;
  /** The key of each extent's first block. */
  readonly #firstKey: Float64Array;
  readonly #blocks: BlockCache = new BlockCache(blockSizeInBytes, maxBlocksAtFirst, maxBlocks);
  readonly #pages: PfnSet = new PfnSet();
  /** Where a packed file turned out to be damaged. */
  readonly #undecodable: UndecodableParts;
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
    this.#source = source;
    this.#part = options.part;
    this.#hidesOffsets = options.hidesOffsets === true;
    this.#excludedBecause =
      options.excludedBecause ??
      `the file was filtered, and its ${options.part} has no bytes for it`;
    this.#extents = extentsOf(pieces);
    this.#undecodable = new UndecodableParts(options.pageSizeInBytes);
    this.#firstKey = firstKeys(this.#extents);
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
    return this.#undecodable.isInPage(pfn)
      ? stateOfPieces(this.pieces(start, end))
      : stateOf(this.#extents, start, end);
  }

  override pieces(start: number, end: number): Iterable<MemoryPiece> {
    const pieces = piecesOf(this.#extents, start, end);
    return this.#undecodable.isEmpty ? pieces : this.#withUndecodable(pieces);
  }

  fileOffsetOf(address: number): number | undefined {
    const index = this.#extentOf(address);
    const start = this.#extents.start[index] ?? Infinity;
    return !this.#hidesOffsets && address >= start && this.#extents.kind[index] === PIECE_STORED
      ? (this.#extents.fileOffset[index] ?? 0) + (address - start)
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
    const fileOffset = (this.#extents.fileOffset[index] ?? 0) + (from - start);
    const fill = (target: Uint8Array): void =>
      this.#readFile(address, fileOffset, target.subarray(from - blockAddress, to - blockAddress));
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
        throw unreadable(this.pageSizeInBytes, at, 'absent', {
          because: `no ${this.#part} of the file holds it`,
        });
      }
      const blockEnd = at - (at % blockSizeInBytes) + blockSizeInBytes;
      const length = Math.min(lengthInBytes - done, extentEnd - at, blockEnd - at);
      const kind = this.#extents.kind[index];
      if (kind === PIECE_CORRUPT) {
        const fileOffset =
          (this.#extents.fileOffset[index] ?? 0) + (at - (this.#extents.start[index] ?? 0));
        throw unreadable(this.pageSizeInBytes, at, 'corrupt', {
          because:
            this.#hidesOffsets || fileOffset < this.#source.sizeInBytes
              ? 'the file was cut, and has lost it'
              : `the file ends before it, at ${hex(this.#source.sizeInBytes)}`,
          condition: 'page-cut-off',
          ...this.#placed(fileOffset),
        });
      }
      if (kind === PIECE_EXCLUDED) {
        throw unreadable(this.pageSizeInBytes, at, 'excluded', {
          because: this.#excludedBecause,
        });
      }
      if (kind === PIECE_STORED) {
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
      part.set(this.#readPart(index, at, part.length));
      done += part.length;
    }
  }

  /** Reads all that the extent has of the page, so that one byte of it reads as any other does. */
  #readPart(index: number, address: number, lengthInBytes: number): Uint8Array {
    const [start = 0, end = 0] = [this.#extents.start[index], this.#extents.end[index]];
    const pageStart = address - (address % this.pageSizeInBytes);
    const from = Math.max(start, pageStart);
    const part = new Uint8Array(Math.min(end, pageStart + this.pageSizeInBytes) - from);
    const fileOffset = (this.#extents.fileOffset[index] ?? 0) + (from - start);
    try {
      this.#readFile(address, fileOffset, part);
      return part.subarray(address - from, address - from + lengthInBytes);
    } catch (error) {
      if (!isVmcorekitError(error, 'bad-data')) {
        throw error;
      }
      this.#undecodable.add(Math.floor(address / this.pageSizeInBytes), index);
      const because = error.message;
      const condition = 'page-data-bad';
      throw unreadable(
        this.pageSizeInBytes,
        address,
        'corrupt',
        { because, condition, ...this.#placed(fileOffset, error.facts.fileOffset) },
        error,
      );
    }
  }

  /** Where in the file an offset of the source lies; `inPacked` where it is packed. */
  #placed(offset: number, inPacked?: number): { readonly fileOffset?: number } {
    const fileOffset = this.#hidesOffsets ? inPacked : offset;
    return fileOffset === undefined ? {} : { fileOffset };
  }

  #readFile(address: number, fileOffset: number, target: Uint8Array): void {
    const got = this.#source.readInto(fileOffset, target);
    if (got < target.length) {
      throw unreadable(this.pageSizeInBytes, address, 'corrupt', {
        because: 'the file ended early while it was read',
        condition: 'page-cut-off',
        fileOffset: fileOffset + got,
      });
    }
  }

  *#withUndecodable(pieces: Iterable<MemoryPiece>): Generator<MemoryPiece, void, void> {
    for (const piece of pieces) {
      if (piece.state === 'stored') {
        yield* this.#undecodable.piecesOf(piece, this.#extentOf(piece.start));
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

function firstKeys(extents: Extents): Float64Array {
  const keys = new Float64Array(extents.count);
  let next = 0;
  for (let index = 0; index < extents.count; index++) {
    keys[index] = next;
    const [start = 0, end = 0] = [extents.start[index], extents.end[index]];
    next += Math.ceil(end / blockSizeInBytes) - Math.floor(start / blockSizeInBytes);
  }
  return keys;
}
