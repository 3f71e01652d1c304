import {
  type ByteOrder,
  type ByteSource,
  type HeaderValue,
  latin1UntilNul,
  readExactly,
  type Stated,
  StructView,
  type UtsnameField,
  VmcorekitError,
} from '@vmcorekit/core';

/** Source: LKCD's dump.h, version 8; s390-tools, zdump/df_lkcd.h. The structure is packed. */
const magics: readonly bigint[] = [0xa8190173618f23edn, 0xa8190173618f23cdn];
const structure = 'LKCD header';
const headerInBytes = 734;
const words = [
  ['dh_version', 8],
  ['dh_header_size', 12],
  ['dh_dump_level', 16],
  ['dh_page_size', 20],
  ['dh_num_pages', 48],
  ['dh_dump_compress', 722],
  ['dh_dump_flags', 726],
  ['dh_dump_device', 730],
] as const;
const wideWords = [
  ['dh_memory_size', 24],
  ['dh_memory_start', 32],
  ['dh_memory_end', 40],
  ['dh_current_task', 714],
] as const;
const panicStringAt = 52;
const panicStringInBytes = 256;
export const timeAt = 308;
const utsnameAt = 324;
const utsnameInBytes = 65;
/** Of version 9: where the pages begin. */
const bufferSizeAt = headerInBytes;
const usualFirstPageAt: number = 64 * 1024;
const versionMask = 0xffff;
const minPageInBytes = 4096;
const maxPageInBytes = 65_536;
/** `dh_dump_compress`: 0 for none, 2 for gzip. */
const compressRle = 1;

export interface LkcdHeader {
  readonly byteOrder: ByteOrder;
  readonly fields: ReadonlyMap<string, HeaderValue>;
  readonly fieldOffsets: ReadonlyMap<string, number>;
  readonly pageInBytes: number;
  /** How pages are compressed that are. */
  readonly method: 'gzip' | 'rle';
  /** Pages that it says were dumped. */
  readonly pageCount: number;
  readonly firstPageAt: number;
  readonly timeInSeconds: number;
  readonly utsname: Readonly<Record<UtsnameField, Stated<string>>>;
}

/** The byte order of a file with LKCD's magic number; undefined for another file. */
export function byteOrderIn(head: Uint8Array): ByteOrder | undefined {
  if (head.length < 8) {
    return undefined;
  }
  return (['little', 'big'] as const).find((order) =>
    magics.includes(new StructView(head, order, structure).uint64(0)),
  );
}

/** Throws `truncated`, `malformed`, and `unsupported` for a version or a machine not read. */
export function readHeader(file: ByteSource): LkcdHeader {
  const bytes = readExactly(file, 0, headerInBytes, structure);
  const byteOrder = byteOrderIn(bytes);
  if (byteOrder === undefined) {
    throw malformed('magic number', 'that of LKCD', 'another');
  }
  const view = new StructView(bytes, byteOrder, structure);
  const fields = new Map<string, HeaderValue>([
    ...words.map(([name, offset]) => [name, view.uint32(offset)] as const),
    ...wideWords.map(([name, offset]) => [name, view.uint64(offset)] as const),
    ['dh_panic_string', latin1UntilNul(view.slice(panicStringAt, panicStringInBytes))],
  ]);
  const version = checkedVersion(file.name, view.uint32(8));
  const text = (index: number): Stated<string> => {
    const fileOffset = utsnameAt + utsnameInBytes * index;
    const value = latin1UntilNul(view.slice(fileOffset, utsnameInBytes));
    return { value, at: [{ fileOffset, note: 'dh_utsname' }] };
  };
  const utsname = {
    sysname: text(0),
    nodename: text(1),
    release: text(2),
    version: text(3),
    machine: text(4),
    domainname: text(5),
  };
  refuseOthers(file.name, utsname.machine.value);
  const pageInBytes = view.uint32(20);
  if (
    pageInBytes < minPageInBytes ||
    pageInBytes > maxPageInBytes ||
    (pageInBytes & (pageInBytes - 1)) !== 0
  ) {
    throw malformed('dh_page_size', `a power of 2 from ${minPageInBytes} on`, pageInBytes);
  }
  return {
    byteOrder,
    fields,
    fieldOffsets: new Map([...words, ...wideWords, ['dh_panic_string', panicStringAt]]),
    pageInBytes,
    method: (view.uint32(722) & compressRle) === 0 ? 'gzip' : 'rle',
    pageCount: view.uint32(48),
    firstPageAt: version === 9 ? firstPageIn(file, byteOrder) : usualFirstPageAt,
    timeInSeconds: view.uint53(timeAt, 'dh_time'),
    utsname,
  };
}

function firstPageIn(file: ByteSource, byteOrder: ByteOrder): number {
  const view = new StructView(
    readExactly(file, bufferSizeAt, 8, structure),
    byteOrder,
    structure,
    bufferSizeAt,
  );
  return view.uint53(0, 'dh_dump_buffer_size');
}

function checkedVersion(file: string, stated: number): 8 | 9 {
  const version = stated & versionMask;
  if ((version === 8 || version === 9) && version === stated) {
    return version;
  }
  throw new VmcorekitError('unsupported', {
    what: `${file} is an LKCD dump of version ${version}${version === stated ? '' : ' of Mission Critical Linux'}`,
    advice: 'open it with crash, which still reads it: crash SYSTEM.MAP VMLINUX FILE',
  });
}

function refuseOthers(file: string, machine: string): void {
  if (machine === 'ia64') {
    throw new VmcorekitError('unsupported', {
      what: `${file} is an LKCD dump of an Itanium, whose addresses are others`,
      advice: 'open it with crash, which still reads it: crash SYSTEM.MAP VMLINUX FILE',
    });
  }
}

function malformed(field: string, wanted: string, got: string | number): VmcorekitError {
  return new VmcorekitError('malformed', { structure, fileOffset: 0, field, wanted, got });
}
