import { type ByteSink, VmcorekitError } from '@vmcorekit/core';
import {
  headerSizeInBytes,
  knownType,
  knownVersion,
  recordHeadSizeInBytes,
  signature,
  typeOffset,
  versionOffset,
} from './layout.ts';

/** Consecutive writes become one record up to this size, so that readers have fewer to index. */
const recordLimitInBytes = 64 * 1024;

/**
 * Writes a flattened file: takes bytes at any offset and passes them in order to `output`, which
 * may be a pipe. Call `finish` at the end: a file without its end marker counts as unfinished.
 * Throws `contract` for an invalid offset, and after `finish`.
 */
export class FlattenedSink implements ByteSink {
  readonly isSequential: boolean = false;
  readonly #output: ByteSink;
  readonly #pending: Uint8Array = new Uint8Array(recordLimitInBytes);
  #pendingStart: number = 0;
  #pendingSize: number = 0;
  #written: number = 0;
  #isFinished: boolean = false;

  constructor(output: ByteSink) {
    this.#output = output;
    const header = new Uint8Array(headerSizeInBytes);
    header.set(Array.from(signature, (character) => character.charCodeAt(0)));
    const view = new DataView(header.buffer);
    view.setBigInt64(typeOffset, knownType);
    view.setBigInt64(versionOffset, knownVersion);
    this.#append(header);
  }

  writeAt(offset: number, bytes: Uint8Array): void {
    if (
      this.#isFinished ||
      !(offset >= 0 && Number.isSafeInteger(offset + bytes.length) && Number.isSafeInteger(offset))
    ) {
      throw new VmcorekitError('contract', {
        what: this.#isFinished
          ? 'a flattened file was written to after its end'
          : `${offset} is no file offset`,
      });
    }
    if (
      offset !== this.#pendingStart + this.#pendingSize ||
      this.#pendingSize + bytes.length > recordLimitInBytes
    ) {
      this.#flush();
      this.#pendingStart = offset;
    }
    if (bytes.length > recordLimitInBytes) {
      this.#record(offset, bytes);
      this.#pendingStart = offset + bytes.length;
      return;
    }
    this.#pending.set(bytes, this.#pendingSize);
    this.#pendingSize += bytes.length;
  }

  /** Writes the pending bytes and the end marker. */
  finish(): void {
    if (this.#isFinished) {
      throw new VmcorekitError('contract', { what: 'a flattened file was ended twice' });
    }
    this.#flush();
    this.#append(recordHead(-1, -1));
    this.#isFinished = true;
  }

  #flush(): void {
    if (this.#pendingSize > 0) {
      this.#record(this.#pendingStart, this.#pending.subarray(0, this.#pendingSize));
      this.#pendingSize = 0;
    }
  }

  #record(offset: number, bytes: Uint8Array): void {
    this.#append(recordHead(offset, bytes.length));
    this.#append(bytes);
  }

  #append(bytes: Uint8Array): void {
    this.#output.writeAt(this.#written, bytes);
    this.#written += bytes.length;
  }
}

export function recordHead(offset: number, size: number): Uint8Array {
  const head = new Uint8Array(recordHeadSizeInBytes);
  const view = new DataView(head.buffer);
  view.setBigInt64(0, BigInt(offset));
  view.setBigInt64(8, BigInt(size));
  return head;
}
