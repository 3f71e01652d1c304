import {
  type ByteSource,
  type ByteStore,
  isVmcorekitError,
  type StoreRoom,
  sizeText,
  VmcorekitError,
} from '@vmcorekit/core';

const advice = 'give a folder with room in TMPDIR, or decompress it yourself';

/**
 * Asks a store whether it has room for what a file is unpacked to: at least so many bytes. Throws
 * `io` where it has less.
 */
export function checkRoom(file: ByteSource, store: ByteStore, wantedInBytes: number): void {
  const error = lackOfRoom(file, store, wantedInBytes);
  if (error !== undefined) {
    throw error;
  }
}

/** The error of a store that has less room; undefined where it has enough, or none knows. */
export function lackOfRoom(
  file: ByteSource,
  store: ByteStore,
  wantedInBytes: number,
): VmcorekitError<'io'> | undefined {
  const room = store.room?.();
  return room === undefined || room.freeInBytes >= wantedInBytes
    ? undefined
    : new VmcorekitError('io', {
        file: file.name,
        because: `it cannot be unpacked: at least ${sizeText(wantedInBytes)} are needed, and ${freeText(room)}; ${advice}`,
      });
}

/** What is written and read of a store. */
export type Scratch = Pick<ByteStore, 'readInto' | 'writeAt'>;

/**
 * A store for a file that is unpacked or indexed. Where it is full, the error says that this is no
 * fault of the file, and what to do.
 */
export function storeFor(file: ByteSource, store: ByteStore): Scratch {
  return {
    readInto: (offset, target) => store.readInto(offset, target),
    writeAt(offset, bytes) {
      try {
        store.writeAt(offset, bytes);
      } catch (error) {
        throw isVmcorekitError(error, 'io') ? full(file, store, offset, error) : error;
      }
    },
  };
}

/**
 * A store that takes what it has room for, and keeps the error of the first write that failed:
 * what is unpacked is then of no use, but unpacking it goes on.
 */
export class StoreWhileRoom implements ByteStore {
  readonly name: string;
  readonly isSequential: boolean = false;
  failure: VmcorekitError | undefined;
  readonly #store: ByteStore;

  constructor(store: ByteStore, failure: VmcorekitError | undefined) {
    this.name = store.name;
    this.#store = store;
    this.failure = failure;
  }

  get sizeInBytes(): number {
    return this.#store.sizeInBytes;
  }

  readInto(offset: number, target: Uint8Array): number {
    return this.#store.readInto(offset, target);
  }

  writeAt(offset: number, bytes: Uint8Array): void {
    if (this.failure !== undefined) {
      return;
    }
    try {
      this.#store.writeAt(offset, bytes);
    } catch (error) {
      if (!isVmcorekitError(error, 'io')) {
        throw error;
      }
      this.failure = error;
    }
  }

  [Symbol.dispose](): void {}
}

function full(
  file: ByteSource,
  store: ByteStore,
  offset: number,
  cause: VmcorekitError,
): VmcorekitError<'io'> {
  const room = store.room?.();
  const left = room === undefined ? '' : `, ${freeText(room)}`;
  const because = `it cannot be unpacked: ${cause.message} (after ${sizeText(offset)}${left}); ${advice}`;
  return new VmcorekitError('io', { file: file.name, because }, { cause });
}

function freeText({ where, freeInBytes }: StoreRoom): string {
  return `${where} has ${sizeText(freeInBytes)} free`;
}
