import {
  type ByteOrder,
  btfLimitInBytes,
  StructView,
  tryRead,
  VmcorekitError,
} from '@vmcorekit/core';
import type { BtfBytes } from './btf-bytes.ts';

/** The original header; later fields may be missing. */
export const shortestHeaderInBytes = 24;
/** A header that describes the kinds of types is at least this long. */
export const describedHeaderInBytes = 32;
const longestHeaderInBytes = 4096;
const magic = 0xeb9f;
const layoutEntryInBytes = 4;

/**
 * The length of a kind's record after its first 12 bytes: `fixed`, and `each` for each of its
 * `vlen` elements.
 */
export interface RecordSize {
  readonly fixed: number;
  readonly each: number;
}

/** A part of a BTF. */
export interface BtfPart {
  readonly start: number;
  readonly length: number;
}

/** Where the parts of a BTF lie, and the storage of its kinds of types. */
export interface BtfParts {
  readonly byteOrder: ByteOrder;
  readonly types: BtfPart;
  /** NUL-terminated names one after the other; the first is empty. */
  readonly strings: BtfPart;
  /** Lengths of kinds newer than this reader, as the file describes them. */
  readonly describedSizes: ReadonlyMap<number, RecordSize>;
}

/**
 * Reads the header. Throws `truncated` or `malformed` where it is none, or its parts do not lie in
 * the bytes. Source: Linux, include/uapi/linux/btf.h (struct btf_header; struct btf_layout of 7.x),
 * Documentation/bpf/btf.rst.
 */
export function readBtfHeader(source: BtfBytes, isSplit: boolean = false): BtfParts {
  const { bytes } = source;
  source.need(0, describedHeaderInBytes);
  const byteOrder = bytes[0] === magic >> 8 && bytes[1] === (magic & 0xff) ? 'big' : 'little';
  const header = new StructView(bytes, byteOrder, 'BTF header');
  demand(header.uint16(0) === magic, 'magic', 'eb9f', header.uint16(0), 0);
  demand(header.uint8(2) === 1, 'version', '1', header.uint8(2), 2);
  demand(header.uint8(3) === 0, 'flags', '0', header.uint8(3), 3);
  const headerSize = header.uint32(4);
  demand(
    headerSize >= shortestHeaderInBytes &&
      headerSize <= longestHeaderInBytes &&
      headerSize <= bytes.length,
    'hdr_len',
    `${shortestHeaderInBytes} to ${longestHeaderInBytes}, and within ${bytes.length} bytes`,
    headerSize,
    4,
  );
  const partAt = (field: string, at: number): BtfPart => {
    const start = headerSize + header.uint32(at);
    const length = header.uint32(at + 4);
    const isInside = start + length <= bytes.length && length <= btfLimitInBytes;
    demand(isInside, `${field}_len`, `a section within ${bytes.length} bytes`, length, at + 4);
    return { start, length };
  };
  const types = partAt('type', 8);
  const strings = partAt('str', 16);
  const stringsEnd = strings.start + strings.length;
  // Zeros stand for a lost page, so it does not cost the types in all others.
  tryRead(() => source.need(strings.start, 1));
  tryRead(() => source.need(stringsEnd - 1, 1));
  // A module's names go on after its base's, and it may have none of its own.
  demand(
    isSplit
      ? strings.length === 0 || bytes[stringsEnd - 1] === 0
      : strings.length > 0 && bytes[strings.start] === 0 && bytes[stringsEnd - 1] === 0,
    'str_len',
    'names between NULs',
    strings.length,
    20,
  );
  const layout =
    headerSize >= describedHeaderInBytes ? partAt('layout', 24) : { start: 0, length: 0 };
  source.need(layout.start, layout.length);
  return {
    byteOrder,
    types,
    strings,
    describedSizes: describedSizesIn(
      bytes.subarray(layout.start, layout.start + layout.length),
      byteOrder,
    ),
  };
}

/** For each kind its `info_sz`, `elem_sz` and flags. */
function describedSizesIn(
  layout: Uint8Array,
  byteOrder: ByteOrder,
): ReadonlyMap<number, RecordSize> {
  const view = new StructView(layout, byteOrder, 'BTF layout');
  const kinds = Math.min(128, Math.floor(layout.length / layoutEntryInBytes));
  return new Map(
    Array.from({ length: kinds }, (_, kind) => [
      kind,
      {
        fixed: view.uint8(kind * layoutEntryInBytes),
        each: view.uint8(kind * layoutEntryInBytes + 1),
      },
    ]),
  );
}

function demand(
  holds: boolean,
  field: string,
  wanted: string,
  got: number,
  fileOffset: number,
): void {
  if (!holds) {
    throw new VmcorekitError('malformed', {
      structure: 'BTF header',
      fileOffset,
      field,
      wanted,
      got,
    });
  }
}

/** The error for a kernel that keeps no types. */
export function noBtf(because: string): VmcorekitError {
  return new VmcorekitError('unsupported', { what: 'the kernel has none', advice: because });
}
