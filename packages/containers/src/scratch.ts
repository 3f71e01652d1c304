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
  const room = store.room?.();
  if (room !== undefined && room.freeInBytes < wantedInBytes) {
    throw new VmcorekitError('io', {
      file: file.name,
      because: `it cannot be unpacked: at least ${sizeText(wantedInBytes)} are needed, and ${freeText(room)}; ${advice}`,
    });
  }
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
