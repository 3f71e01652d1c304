import type { FileOffset } from './spaces.ts';
import { latin1Bytes, latin1UntilNul } from './text.ts';

/** What a file says of the program that wrote it, in a place that no reader of its format uses. */
export interface WriterStamp {
  readonly writer: string;
  readonly fileOffset: FileOffset;
}

export const writerStampSizeInBytes = 32;

const prefix = 'written by ';

/**
 * This library's stamp. A writer puts it where tools that rewrite a file copy nothing from. A note
 * would not do: makedumpfile copies all notes, even unknown ones, so the note would also mark files
 * that other tools wrote.
 */
export function writerStamp(): Uint8Array {
  const bytes = new Uint8Array(writerStampSizeInBytes);
  bytes.set(latin1Bytes(`${prefix}vmcorekit`));
  return bytes;
}

/** The stamp at `fileOffset`; null where there is none. */
export function parseWriterStamp(bytes: Uint8Array, fileOffset: FileOffset): WriterStamp | null {
  const text = latin1UntilNul(bytes);
  return bytes.length === writerStampSizeInBytes && /^written by [a-z][a-z0-9-]*$/.test(text)
    ? { writer: text.slice(prefix.length), fileOffset }
    : null;
}
