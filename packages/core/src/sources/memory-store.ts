import type { ByteStore } from '../opening.ts';
import { BufferSink } from './buffer-sink.ts';

/** A store in memory: for small data, and where there are no files. */
export class MemoryStore extends BufferSink implements ByteStore {
  readonly name: string = 'scratch';

  get sizeInBytes(): number {
    return this.bytes.length;
  }

  readInto(offset: number, target: Uint8Array): number {
    const part = this.bytes.subarray(Math.min(offset, this.sizeInBytes), offset + target.length);
    target.set(part);
    return part.length;
  }

  [Symbol.dispose](): void {}
}
