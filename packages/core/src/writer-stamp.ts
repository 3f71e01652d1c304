import type { FileOffset } from './spaces.ts';
import { latin1Bytes, latin1UntilNul } from './text.ts';

/**
 * What a file says, in a place that no reader of its format looks at, of the program that wrote it.
 */
export interface WriterStamp {
  readonly writer: string;
  readonly fileOffset: FileOffset;
}

export const writerStampSizeInBytes = 32;

const prefix = 'written by ';

/**
 * This library's stamp. A format's writer puts it where nothing is copied from when a file is
 * rewritten: makedumpfile copies all notes, also those it does not know, so a note would go on to
 * claim files that others wrote.
 */
export function writerStamp(): Uint8Array {
  const bytes = new Uint8Array(writerStampSizeInBytes);
  bytes.set(latin1Bytes(`${prefix}vmcorekit`));
  return bytes;
}

/** The stamp that stands at `fileOffset`, or null where something else does. */
export function parseWriterStamp(bytes: Uint8Array, fileOffset: FileOffset): WriterStamp | null {
  const text = latin1UntilNul(bytes);
  return bytes.length === writerStampSizeInBytes && /^written by [a-z][a-z0-9-]*$/.test(text)
    ? { writer: text.slice(prefix.length), fileOffset }
    : null;
}
