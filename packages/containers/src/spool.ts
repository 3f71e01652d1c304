import {
  type ByteSource,
  type ByteStore,
  type Damage,
  EntrySource,
  isVmcorekitError,
  type OpenContext,
  type Progress,
} from '@vmcorekit/core';
import { checkUnpacked, stoppedAt } from './contents.ts';
import { checkRoom, storeFor } from './scratch.ts';
import { SparseWriter } from './sparse-writer.ts';

/** Part of what a file holds, in order. */
export interface Piece {
  /** Valid until the next piece is asked for. Empty where there is only progress. */
  readonly bytes: Uint8Array;
  /** The place in the file that was reached. */
  readonly fileOffset: number;
  /**
   * Of all bytes since the piece before that had this mark, with its own. If it is wrong, they are
   * not part of the content.
   */
  readonly checksum?: 'right' | 'wrong';
}

export interface Spooled {
  readonly content: ByteSource;
  readonly damage: readonly Damage[];
}

/**
 * Unpacks a file that must be read from its start, into a store. `pieces` returns damage that it
 * met; where it throws for damage, what came before is kept. Throws where that is nothing, where
 * the file holds more than it may, and `io` where the store is full, or has no room for the
 * `sizeInBytes` that the file states (null where it does not).
 */
export function* spool(
  file: ByteSource,
  name: string,
  pieces: Generator<Piece, readonly Damage[], void>,
  store: ByteStore,
  context: OpenContext,
  sizeInBytes: number | null,
): Generator<Progress, Spooled, void> {
  // What is not stated is at least about the size of the file.
  checkRoom(file, store, sizeInBytes ?? file.sizeInBytes);
  const writer = new SparseWriter(storeFor(file, store));
  let total = 0;
  let checked = 0;
  let fileOffset = 0;
  const spooled = (damage: readonly Damage[]): Spooled => {
    writer.finish(total);
    return { content: new EntrySource(store, 0, total, `${name}(${file.name})`), damage };
  };
  for (;;) {
    let step: IteratorResult<Piece, readonly Damage[]>;
    try {
      step = pieces.next();
    } catch (error) {
      const isCut = isVmcorekitError(error, 'truncated');
      if (
        total === 0 ||
        !(isCut || isVmcorekitError(error, 'bad-data') || isVmcorekitError(error, 'malformed'))
      ) {
        throw error;
      }
      const at = error.facts.fileOffset ?? fileOffset;
      const kind = isCut ? 'compressed-unfinished' : 'compressed-damaged';
      return spooled([stoppedAt(kind, error, at, total)]);
    }
    if (step.done === true) {
      return spooled(step.value);
    }
    const { bytes, checksum } = step.value;
    ({ fileOffset } = step.value);
    checkUnpacked(context, `${name} stream`, fileOffset, total + bytes.length);
    writer.write(total, bytes);
    total += bytes.length;
    if (checksum === 'wrong') {
      total = checked;
    } else if (checksum === 'right') {
      checked = total;
    }
    yield {
      kind: 'progress',
      doing: `unpacking a ${name}-compressed file`,
      fraction: Math.min(1, fileOffset / file.sizeInBytes),
    };
  }
}
