import {
  type ByteOrder,
  type ByteSource,
  hex,
  isVmcorekitError,
  type VmcorekitError,
} from '@vmcorekit/core';
import type { Extents } from './extents.ts';
import { PIECE_CORRUPT, PIECE_EXCLUDED } from './piece.ts';
import { UndecodableParts } from './undecodable-parts.ts';
import { unreadable } from './unreadable.ts';

export interface FileMemoryOptions {
  readonly pageSizeInBytes: number;
  readonly byteOrder: ByteOrder;
  /** The format's word for a part of its file, for errors: `segment`. */
  readonly part: string;
  /** True where the source is not the dump's file, but beside it or unpacked from it. */
  readonly hidesOffsets?: boolean;
  /** Why memory without bytes was left out; a filter did it where this is left out. */
  readonly excludedBecause?: string;
}

/** Reads extents of memory from their file. Says why where it cannot. */
export class ExtentReader {
  /** Where a packed file turned out to be damaged. */
  readonly undecodable: UndecodableParts;
  readonly hidesOffsets: boolean;
  readonly #source: ByteSource;
  readonly #extents: Extents;
  readonly #pageSizeInBytes: number;
  readonly #part: string;
  readonly #excludedBecause: string;

  constructor(source: ByteSource, extents: Extents, options: FileMemoryOptions) {
    this.#source = source;
    this.#extents = extents;
    this.#pageSizeInBytes = options.pageSizeInBytes;
    this.#part = options.part;
    this.hidesOffsets = options.hidesOffsets === true;
    this.#excludedBecause =
      options.excludedBecause ??
      `the file was filtered, and its ${options.part} has no bytes for it`;
    this.undecodable = new UndecodableParts(options.pageSizeInBytes);
  }

  /** The offset in the source of an address of an extent. */
  offsetOf(index: number, address: number): number {
    return (this.#extents.fileOffset[index] ?? 0) + (address - (this.#extents.start[index] ?? 0));
  }

  /**
   * Reads bytes of one extent. Throws `bad-data` where the source cannot unpack them, and for
   * `asked` where the file ends.
   */
  readInto(index: number, address: number, target: Uint8Array, asked: number): void {
    const fileOffset = this.offsetOf(index, address);
    const got = this.#source.readInto(fileOffset, target);
    if (got < target.length) {
      throw unreadable(this.#pageSizeInBytes, asked, 'corrupt', {
        because: 'the file ended early while it was read',
        condition: 'page-cut-off',
        fileOffset: fileOffset + got,
      });
    }
  }

  /** Reads all that the extent has of the page, so that one byte of it reads as any other does. */
  readPart(index: number, address: number, lengthInBytes: number): Uint8Array {
    const pageSizeInBytes = this.#pageSizeInBytes;
    const [start = 0, end = 0] = [this.#extents.start[index], this.#extents.end[index]];
    const pageStart = address - (address % pageSizeInBytes);
    const from = Math.max(start, pageStart);
    const part = new Uint8Array(Math.min(end, pageStart + pageSizeInBytes) - from);
    try {
      this.readInto(index, from, part, address);
      return part.subarray(address - from, address - from + lengthInBytes);
    } catch (error) {
      if (!isVmcorekitError(error, 'bad-data')) {
        throw error;
      }
      this.undecodable.add(Math.floor(address / pageSizeInBytes), index);
      const because = error.message;
      const condition = 'page-data-bad';
      const placed = this.#placed(this.offsetOf(index, from), error.facts.fileOffset);
      throw unreadable(
        pageSizeInBytes,
        address,
        'corrupt',
        { because, condition, ...placed },
        error,
      );
    }
  }

  /** The error of an address that no extent holds. */
  absent(address: number): VmcorekitError {
    return unreadable(this.#pageSizeInBytes, address, 'absent', {
      because: `no ${this.#part} of the file holds it`,
    });
  }

  /** The error of an address that the file lost or left out; undefined where it has bytes. */
  lost(index: number, address: number): VmcorekitError | undefined {
    const kind = this.#extents.kind[index];
    if (kind === PIECE_CORRUPT) {
      const fileOffset = this.offsetOf(index, address);
      return unreadable(this.#pageSizeInBytes, address, 'corrupt', {
        because:
          this.hidesOffsets || fileOffset < this.#source.sizeInBytes
            ? 'the file was cut, and has lost it'
            : `the file ends before it, at ${hex(this.#source.sizeInBytes)}`,
        condition: 'page-cut-off',
        ...this.#placed(fileOffset),
      });
    }
    return kind === PIECE_EXCLUDED
      ? unreadable(this.#pageSizeInBytes, address, 'excluded', { because: this.#excludedBecause })
      : undefined;
  }

  /** Where in the file an offset of the source lies; `inPacked` where it is packed. */
  #placed(offset: number, inPacked?: number): { readonly fileOffset?: number } {
    const fileOffset = this.hidesOffsets ? inPacked : offset;
    return fileOffset === undefined ? {} : { fileOffset };
  }
}
