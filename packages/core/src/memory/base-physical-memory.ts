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
    return address % this.pageSizeInBytes <= this.pageSizeInBytes - 4
      ? this.withView(address, 4, (view) => uint32(view, this.byteOrder))
      : uint32(this.read(address, 4), this.byteOrder);
  }

  readUint64(address: number): bigint {
    const low = BigInt(this.readUint32(this.byteOrder === 'little' ? address : address + 4));
    const high = BigInt(this.readUint32(this.byteOrder === 'little' ? address + 4 : address));
    return (high << 32n) | low;
  }
}

function uint32(bytes: Uint8Array, byteOrder: ByteOrder): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  return byteOrder === 'little' ? (a | (b << 8) | (c << 16) | (d << 24)) >>> 0 : (d | (c << 8) | (b << 16) | (a << 24)) >>> 0;
}
