import { isVmcorekitError } from '@vmcorekit/core';
import type { MemoryReader, Unreadable } from './memory-reader.ts';

const turnInMilliseconds = 40;
let turnEnds = 0;

/** A stretch of what was asked for: its bytes, or why there are none. */
export interface MemoryChunk {
  readonly address: bigint;
  readonly lengthInBytes: number;
  readonly content: { readonly bytes: Uint8Array } | { readonly error: Unreadable };
}

/**
 * Reads a range page by page, and gives every byte that can be read. Neighbours that cannot be read
 * for the same reason come as one stretch with the first one's error. Throws other errors, and the
 * signal's reason on Ctrl-C.
 */
export async function* memoryChunks(
  reader: MemoryReader,
  start: bigint,
  lengthInBytes: number,
  pageSizeInBytes: number,
  signal: AbortSignal,
): AsyncGenerator<MemoryChunk, void, void> {
  let gap: (MemoryChunk & { readonly content: { readonly error: Unreadable } }) | undefined;
  for (let done = 0; done < lengthInBytes; ) {
    await yieldToEventLoop(signal);
    const address = start + BigInt(done);
    const inPage = Number(address % BigInt(pageSizeInBytes));
    let bytes = new Uint8Array(Math.min(pageSizeInBytes - inPage, lengthInBytes - done));
    let error = errorOf(() => reader.readInto(address, bytes));
    if (error !== undefined) {
      const held = bytes.subarray(0, reader.heldFrom(address, bytes.length));
      if (held.length > 0 && held.length < bytes.length) {
        bytes = held;
        error = errorOf(() => reader.readInto(address, held));
      }
    }
    const gapSize = error === undefined ? 0 : Number(reader.gapEnd(address, error) - address);
    const length = Math.min(gapSize > 0 ? gapSize : bytes.length, lengthInBytes - done);
    done += length;
    if (
      gap !== undefined &&
      (error === undefined || reasonOf(error) !== reasonOf(gap.content.error))
    ) {
      yield gap;
      gap = undefined;
    }
    if (error === undefined) {
      yield { address, lengthInBytes: bytes.length, content: { bytes } };
    } else {
      gap = {
        address: gap?.address ?? address,
        lengthInBytes: (gap?.lengthInBytes ?? 0) + length,
        content: gap?.content ?? { error },
      };
    }
  }
  if (gap !== undefined) {
    yield gap;
  }
}

function errorOf(read: () => void): Unreadable | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (isVmcorekitError(error, 'page-unreadable') || isVmcorekitError(error, 'not-mapped')) {
      return error;
    }
    throw error;
  }
}

/** A corrupt page is named by itself; a run of absent ones is one hole. */
function reasonOf({ code, facts }: Unreadable): unknown {
  return 'state' in facts ? (facts.state === 'corrupt' ? facts : facts.state) : code;
}

/**
 * Lets the event loop run now and then during long synchronous work. So Ctrl-C and a closed pipe
 * take effect.
 */
async function yieldToEventLoop(signal: AbortSignal): Promise<void> {
  if (performance.now() > turnEnds) {
    await new Promise((resolve) => setImmediate(resolve));
    turnEnds = performance.now() + turnInMilliseconds;
    signal.throwIfAborted();
  }
}
