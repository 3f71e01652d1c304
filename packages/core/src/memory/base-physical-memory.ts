import type { PageState } from '../page-state.ts';
import type { PhysicalMemory, PhysicalRange, ReadStatistics } from '../physical-memory.ts';
import type { ByteOrder } from '../spaces.ts';

/** Everything of `PhysicalMemory` that follows from `withView`, `pageState` and `storedRuns`. */
export abstract class BasePhysicalMemory implements PhysicalMemory {
  abstract readonly pageSizeInBytes: number;
  abstract readonly byteOrder: ByteOrder;
  abstract readonly ranges: readonly PhysicalRange[];
  abstract readonly statistics: ReadStatistics;
  abstract pageState(pfn: number): PageState;
  abstract withView<Result>(address: number, lengthInBytes: number, use: (view: Uint8Array) => Result): Result;
  abstract storedRuns(from?: number, to?: number): Iterable<PhysicalRange>;

  readInto(address: number, target: Uint8Array): void {
    let done = 0;
    while (done < target.length) {
      const at = address + done;
      const length = Math.min(target.length - done, this.pageSizeInBytes - (at % this.pageSizeInBytes));
      this.withView(at, length, (view) => target.set(view, done));
      done += length;
    }
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

// Functions of the module, not closures, and one scratch word: page walks read millions of pointers.
const scratch: DataView = new DataView(new ArrayBuffer(8));

function uint32Little(bytes: Uint8Array): number {
  return uint32LittleAt(bytes, 0);
}

function uint32Big(bytes: Uint8Array): number {
  return uint32BigAt(bytes, 0);
}

function uint64Little(bytes: Uint8Array): bigint {
  return joined(uint32LittleAt(bytes, 4), uint32LittleAt(bytes, 0));
}

function uint64Big(bytes: Uint8Array): bigint {
  return joined(uint32BigAt(bytes, 0), uint32BigAt(bytes, 4));
}

function uint32LittleAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0;
}

function uint32BigAt(bytes: Uint8Array, at: number): number {
  return (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
}

function joined(high: number, low: number): bigint {
  scratch.setUint32(0, high);
  scratch.setUint32(4, low);
  return scratch.getBigUint64(0);
}
