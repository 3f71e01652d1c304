import { type ByteOrder, btfLimitInBytes, StructView, VmcorekitError } from '@vmcorekit/core';

/** The original header; later fields may be missing. */
const shortestHeaderInBytes = 24;
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

/** The two sections of a BTF, and the storage of its kinds of types. */
export interface BtfSections {
  readonly byteOrder: ByteOrder;
  readonly types: StructView;
  /** NUL-terminated names one after the other; the first is empty. */
  readonly strings: Uint8Array;
  /** Lengths of kinds newer than this reader, as the file describes them. */
  readonly describedSizes: ReadonlyMap<number, RecordSize>;
}

/**
 * Reads the header. Throws `truncated` or `malformed` where it is none, or its sections do not lie
 * in `bytes`. Source: Linux, include/uapi/linux/btf.h (struct btf_header; struct btf_layout of
 * 7.x), Documentation/bpf/btf.rst.
 */
export function readBtfHeader(bytes: Uint8Array): BtfSections {
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
  const section = (field: string, at: number): Uint8Array => {
    const start = headerSize + header.uint32(at);
    const length = header.uint32(at + 4);
    const isInside = start + length <= bytes.length && length <= btfLimitInBytes;
    demand(isInside, `${field}_len`, `a section within ${bytes.length} bytes`, length, at + 4);
    return bytes.subarray(start, start + length);
  };
  const types = section('type', 8);
  const strings = section('str', 16);
  demand(
    strings[0] === 0 && strings.at(-1) === 0,
    'str_len',
    'names between NULs',
    strings.length,
    20,
  );
  const layout = headerSize >= describedHeaderInBytes ? section('layout', 24) : new Uint8Array(0);
  return {
    byteOrder,
    types: new StructView(types, byteOrder, 'BTF type', types.byteOffset - bytes.byteOffset),
    strings,
    describedSizes: describedSizesIn(layout, byteOrder),
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
