import {
  type ByteOrder,
  isUnreadable,
  isZero,
  type KernelMemory,
  type MappedRun,
  VmcorekitError,
} from '@vmcorekit/core';

export const windowPageSizeInBytes = 0x1000;
const cachedPages = 1024;

interface Page {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Memory without gaps: a kernel's, through its page tables, or the machine's own. */
export interface ContiguousMemory {
  readonly byteOrder: ByteOrder;
  read(address: bigint, lengthInBytes: number): Uint8Array;
  tryReadInto(address: bigint, target: Uint8Array): boolean;
}

/**
 * A stretch of contiguous memory, read by offset. It begins at a multiple of a page. Caches the
 * pages used last, because symbol lookups return to the same ones. Reads throw what the memory
 * throws, and `not-mapped` beyond the end. They also throw it where a page is all zeros, as no page
 * of kallsyms is. A lost page throws the same error again: thousands of names may be in it.
 */
export class ReadOnlyWindow {
  readonly start: bigint;
  readonly sizeInBytes: number;
  readonly byteOrder: ByteOrder;
  /** Mapped neither writable nor executable. */
  readonly isReadOnlyData: boolean;
  /** The first that a search met: they are the same in each dump of a build. */
  sortedWords?: Uint8Array;
  readonly #memory: ContiguousMemory;
  readonly #pages: Map<number, Page> = new Map();
  /** Pages that cannot be had, and why, once that was asked. */
  readonly #lost: Map<number, VmcorekitError | null> = new Map();
  readonly #copies: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
  /** Reads come in sequence, so the page of the last one is tried first. */
  #latestNumber: number = -1;
  #latest: Page | undefined;

  constructor(
    memory: ContiguousMemory,
    start: bigint,
    sizeInBytes: number,
    holdsReadOnlyData: boolean,
  ) {
    this.#memory = memory;
    this.byteOrder = memory.byteOrder;
    this.start = start;
    this.sizeInBytes = sizeInBytes;
    this.isReadOnlyData = holdsReadOnlyData;
  }

  /** Takes whole pages from a copy of this memory from now on. */
  useCopy(offset: number, bytes: Uint8Array): void {
    this.#copies.push({ offset, bytes });
    this.#lost.clear();
  }

  get hasCopy(): boolean {
    return this.#copies.length > 0;
  }

  /** Whether these bytes cost no more reads of memory: they were read, or are in a copy. */
  isHeld(offset: number, end: number): boolean {
    for (
      let number = Math.floor(offset / windowPageSizeInBytes);
      number * windowPageSizeInBytes < end;
      number++
    ) {
      if (!this.#pages.has(number) && this.#copied(number * windowPageSizeInBytes) === undefined) {
        return false;
      }
    }
    return true;
  }

  uint8(offset: number): number {
    return this.#page(offset).bytes[offset % windowPageSizeInBytes] ?? 0;
  }

  /** The whole page around an offset; it begins at a multiple of its size. */
  pageAt(offset: number): Uint8Array {
    return this.#page(offset).bytes;
  }

  /** The same for a search; undefined where the page cannot be read, or is all zeros. */
  tryPageAt(offset: number): Uint8Array | undefined {
    return this.#heldPage(offset)?.bytes;
  }

  /** The offset must be a multiple of four. */
  uint32(offset: number): number {
    return this.#page(offset).view.getUint32(
      offset % windowPageSizeInBytes,
      this.byteOrder === 'little',
    );
  }

  /** The offset must be a multiple of eight. */
  uint64(offset: number): bigint {
    return this.#page(offset).view.getBigUint64(
      offset % windowPageSizeInBytes,
      this.byteOrder === 'little',
    );
  }

  /**
   * Fills `target`; unreadable pages become zeros. For searches, where a hole is only a place
   * without a hit. False where none can be read.
   */
  readPartly(offset: number, target: Uint8Array): boolean {
    let isAnyRead = false;
    for (let done = 0; done < target.length; ) {
      const at = offset + done;
      const length = Math.min(
        target.length - done,
        windowPageSizeInBytes - (at % windowPageSizeInBytes),
      );
      const part = target.subarray(done, done + length);
      if (this.#memory.tryReadInto(this.start + BigInt(at), part)) {
        isAnyRead = true;
      } else {
        part.fill(0);
      }
      done += length;
    }
    return isAnyRead;
  }

  #copied(pageAt: number): Uint8Array | undefined {
    const end = pageAt + windowPageSizeInBytes;
    const copy = this.#copies.find(
      ({ offset, bytes }) => offset <= pageAt && end <= offset + bytes.length,
    );
    return copy?.bytes.subarray(pageAt - copy.offset, end - copy.offset);
  }

  #page(offset: number): Page {
    return this.#heldPage(offset) ?? this.#refuse(offset);
  }

  #heldPage(offset: number): Page | undefined {
    const number = Math.floor(offset / windowPageSizeInBytes);
    if (number === this.#latestNumber && this.#latest !== undefined) {
      return this.#latest;
    }
    const isKnown = this.#lost.has(number) || !this.#isInside(offset);
    const page = this.#pages.get(number) ?? (isKnown ? undefined : this.#readPage(number));
    if (page !== undefined) {
      this.#latestNumber = number;
      this.#latest = page;
    }
    return page;
  }

  #readPage(number: number): Page | undefined {
    const at = number * windowPageSizeInBytes;
    let bytes = this.#copied(at);
    if (bytes === undefined) {
      bytes = new Uint8Array(windowPageSizeInBytes);
      if (!this.#memory.tryReadInto(this.start + BigInt(at), bytes)) {
        bytes.fill(0);
      }
    }
    if (isZero(bytes)) {
      if (this.#lost.size >= cachedPages) {
        this.#lost.clear();
      }
      this.#lost.set(number, null);
      return undefined;
    }
    const page = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
    if (this.#pages.size >= cachedPages) {
      this.#pages.clear();
    }
    this.#pages.set(number, page);
    return page;
  }

  #isInside(offset: number): boolean {
    return offset >= 0 && offset < this.sizeInBytes;
  }

  /** Throws why a page cannot be had. */
  #refuse(offset: number): never {
    if (!this.#isInside(offset)) {
      throw new VmcorekitError('not-mapped', {
        virtualAddress: this.start + BigInt(offset),
        because: 'it lies outside the mapped run',
      });
    }
    const number = Math.floor(offset / windowPageSizeInBytes);
    const error = this.#lost.get(number) ?? this.#whyLost(number);
    this.#lost.set(number, error);
    throw error;
  }

  #whyLost(number: number): VmcorekitError {
    const virtualAddress = this.start + BigInt(number * windowPageSizeInBytes);
    try {
      this.#memory.read(virtualAddress, windowPageSizeInBytes);
    } catch (error) {
      if (isUnreadable(error)) {
        return error;
      }
      throw error;
    }
    return new VmcorekitError('not-mapped', {
      virtualAddress,
      because: 'no page of a symbol table is all zeros: it was lost',
    });
  }
}

/**
 * The runs of a kernel image as windows, the likeliest place of read-only data first: read-only,
 * then code (a kernel without NX), then writable (a kernel stopped before it protects its data).
 * Neighbours of one kind are joined.
 */
export function windowsOf(memory: KernelMemory, runs: readonly MappedRun[]): ReadOnlyWindow[] {
  const windows: ReadOnlyWindow[] = [];
  for (const wanted of [isReadOnlyRun, isCodeRun, isWritableRun]) {
    let start = 0n;
    let end = 0n;
    for (const run of [...runs.filter(wanted), undefined]) {
      if (run !== undefined && run.virtualAddress === end) {
        end += BigInt(run.lengthInBytes);
        continue;
      }
      if (end > start) {
        windows.push(
          new ReadOnlyWindow(memory, start, Number(end - start), wanted === isReadOnlyRun),
        );
      }
      if (run !== undefined) {
        start = run.virtualAddress;
        end = start + BigInt(run.lengthInBytes);
      }
    }
  }
  return windows;
}

export function isReadOnlyRun(run: MappedRun): boolean {
  return !run.isWritable && !run.isExecutable;
}

function isCodeRun(run: MappedRun): boolean {
  return !run.isWritable && run.isExecutable;
}

export function isWritableRun(run: MappedRun): boolean {
  return run.isWritable;
}
