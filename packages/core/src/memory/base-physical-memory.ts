import { VmcorekitError } from '../errors.ts';
import type { PageState } from '../page-state.ts';
import type { MemoryPiece, PhysicalMemory, PhysicalRange } from '../physical-memory.ts';
import type { ByteOrder } from '../spaces.ts';
import { tryRead } from '../unreadable.ts';
import { piecesByPage } from './pieces.ts';
import { uint32At, uint64At } from './words.ts';

/** All of `PhysicalMemory` that follows from `withView`, `pageState` and `storedRuns`. */
export abstract class BasePhysicalMemory implements PhysicalMemory {
  abstract readonly pageSizeInBytes: number;
  abstract readonly byteOrder: ByteOrder;
  abstract readonly ranges: readonly PhysicalRange[];
  abstract readonly pagesRead: number;
  abstract pageState(pfn: number): PageState;
  abstract withView<Result>(
    address: number,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result;
  abstract storedRuns(from?: number, to?: number): Iterable<PhysicalRange>;

  pieces(start: number, end: number): Iterable<MemoryPiece> {
    return piecesByPage(this, start, end);
  }

  readInto(address: number, target: Uint8Array): void {
    let done = 0;
    while (done < target.length) {
      const at = address + done;
      const length = Math.min(
        target.length - done,
        this.pageSizeInBytes - (at % this.pageSizeInBytes),
      );
      this.withView(at, length, (view) => target.set(view, done));
      done += length;
    }
  }

  tryReadInto(address: number, target: Uint8Array): boolean {
    for (let done = 0; done < target.length; ) {
      const at = address + done;
      const inPage = at % this.pageSizeInBytes;
      const length = Math.min(target.length - done, this.pageSizeInBytes - inPage);
      const part = target.subarray(done, done + length);
      if (
        this.isLeftOut((at - inPage) / this.pageSizeInBytes) ||
        tryRead(() => this.#filled(at, part)) === undefined
      ) {
        return false;
      }
      done += length;
    }
    return true;
  }

  #filled(address: number, target: Uint8Array): Uint8Array {
    this.readInto(address, target);
    return target;
  }

  /**
   * Whether the file's index says that it has no byte of a page. `tryReadInto` asks first, because
   * an error for each page left out takes longer than all reads of a filtered dump.
   */
  protected isLeftOut(pfn: number): boolean {
    const state = this.pageState(pfn);
    return state === 'excluded' || state === 'absent';
  }

  /**
   * The offset of a view in its page, for memory whose views lie in one page. Throws `contract` for
   * one that does not. No page holds a negative address: of such, the caller says so.
   */
  protected offsetInPage(address: number, lengthInBytes: number): number {
    const inPage = address % this.pageSizeInBytes;
    if (
      address >= 0 &&
      !(inPage >= 0 && lengthInBytes >= 0 && inPage + lengthInBytes <= this.pageSizeInBytes)
    ) {
      throw new VmcorekitError('contract', {
        what: `a view of ${lengthInBytes} bytes at ${address} does not lie in one page`,
      });
    }
    return inPage;
  }

  read(address: number, lengthInBytes: number): Uint8Array {
    const bytes = new Uint8Array(lengthInBytes);
    this.readInto(address, bytes);
    return bytes;
  }

  readUint32(address: number): number {
    const decode = this.byteOrder === 'little' ? uint32Little : uint32Big;
    return address % this.pageSizeInBytes <= this.pageSizeInBytes - 4
      ? this.withView(address, 4, decode)
      : decode(this.read(address, 4));
  }

  readUint64(address: number): bigint {
    const decode = this.byteOrder === 'little' ? uint64Little : uint64Big;
    return address % this.pageSizeInBytes <= this.pageSizeInBytes - 8
      ? this.withView(address, 8, decode)
      : decode(this.read(address, 8));
  }
}

// Functions of the module, not closures: page walks read millions of pointers.
function uint32Little(bytes: Uint8Array): number {
  return uint32At(bytes, 0, 'little');
}

function uint32Big(bytes: Uint8Array): number {
  return uint32At(bytes, 0, 'big');
}

function uint64Little(bytes: Uint8Array): bigint {
  return uint64At(bytes, 0, 'little');
}

function uint64Big(bytes: Uint8Array): bigint {
  return uint64At(bytes, 0, 'big');
}
