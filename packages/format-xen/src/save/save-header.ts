import {
  type ByteSource,
  checkInside,
  hasAt,
  readExactly,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';

/**
 * What `xl save` writes before the domain. Source: Xen, tools/xl/xl.h, `struct save_file_header`,
 * and docs/specs/libxl-migration-stream.pandoc.
 */
export const xlMagic: string = 'Xen saved domain, xl format\n \0 \r';
const xlHeaderSizeInBytes = 48;
const byteOrderMark = 0x01020304;
/** The configuration is JSON, and the domain a stream of version 2: both since Xen 4.6. */
const demandedFlags = 3;
/** Xen writes some kilobytes. */
const maxConfigurationBytes: number = 16 * 1024 * 1024;
const libxlIdent = 'LibxlFmt';
const libxlHeaderSizeInBytes = 16;
const libxlVersion = 2;
const bigEndianOption = 1;
const recordHeaderSizeInBytes = 8;
/** The record of libxl after which the stream of the domain begins. */
const libxcContext = 1;
const libxcIdent = 'XENF';
const libxcHeaderSizeInBytes = 24;
const libxcVersions: readonly number[] = [2, 3];
const domainHeaderSizeInBytes = 16;
/** Of libxl, before the stream of the domain. It writes none today. */
const maxRecordsBefore = 64;
const pageShift4K = 12;
const structure = 'Xen save';

/** Source: Xen, docs/specs/libxc-migration-stream.pandoc. PVH is HVM. */
export const domainTypes: Readonly<Record<'paravirtual' | 'hvm', number>> = {
  paravirtual: 1,
  hvm: 2,
};

/** What the headers of a save say. */
export interface SaveHeader {
  /** One of `domainTypes`. */
  readonly domainType: number;
  readonly pageSizeInBytes: number;
  readonly libxcVersion: number;
  readonly xenMajor: number;
  readonly xenMinor: number;
  /** Where the stream of the domain lies. */
  readonly libxcAt: number;
  /** Where its first record lies. */
  readonly recordsAt: number;
}

/** Whether a file begins as `xl save` writes it. */
export function isSave(head: Uint8Array): boolean {
  return hasAt(head, 0, xlMagic);
}

/** Throws `truncated`, `malformed` or `unsupported`. */
export function readSaveHeader(source: ByteSource): SaveHeader {
  const xl = viewOf(source, 0, xlHeaderSizeInBytes);
  const [mark, flags] = [xl.uint32(32), xl.uint32(36)];
  if (mark !== byteOrderMark) {
    throw malformed('byteorder', 32, '0x1020304, a little-endian machine', mark);
  }
  if (flags !== demandedFlags) {
    throw new VmcorekitError('unsupported', {
      what: `a save of Xen before 4.6, or of another toolstack (mandatory flags ${flags})`,
      advice: 'restore it paused (xl restore -p FILE), and save it again with xl save',
    });
  }
  const length = xl.uint32(44);
  if (length > maxConfigurationBytes) {
    throw malformed('optional_data_len', 44, `at most ${maxConfigurationBytes}`, length);
  }
  checkInside(source, xlHeaderSizeInBytes, length, 'the configuration in a Xen save');
  return readDomainHeader(source, libxcStart(source, xlHeaderSizeInBytes + length));
}

/** Where the stream of the domain begins: libxl may write other records before it. */
function libxcStart(source: ByteSource, libxlAt: number): number {
  const libxl = viewOf(source, libxlAt, libxlHeaderSizeInBytes, 'big');
  const version = libxl.uint32(8);
  if (!hasAt(libxl.bytes, 0, libxlIdent) || version !== libxlVersion) {
    throw malformed('LibxlFmt', libxlAt, `'${libxlIdent}', version ${libxlVersion}`, version);
  }
  const options = libxl.uint32(12);
  if ((options & bigEndianOption) !== 0) {
    throw malformed('options', libxlAt + 12, 'little-endian records', options);
  }
  let at = libxlAt + libxlHeaderSizeInBytes;
  for (let count = 0; count < maxRecordsBefore; count++) {
    const record = viewOf(source, at, recordHeaderSizeInBytes);
    const next = at + recordHeaderSizeInBytes + Math.ceil(record.uint32(4) / 8) * 8;
    if (record.uint32(0) === libxcContext) {
      return next;
    }
    at = next;
  }
  throw malformed('records', libxlAt, 'the stream of a domain', `${maxRecordsBefore} others`);
}

function readDomainHeader(source: ByteSource, libxcAt: number): SaveHeader {
  const image = viewOf(source, libxcAt, libxcHeaderSizeInBytes, 'big');
  const [version, options] = [image.uint32(12), image.uint16(16)];
  if (image.uint64(0) !== 2n ** 64n - 1n || !hasAt(image.bytes, 8, libxcIdent)) {
    throw malformed('marker', libxcAt, `-1 and '${libxcIdent}'`, image.uint64(0));
  }
  if (!libxcVersions.includes(version) || (options & bigEndianOption) !== 0) {
    throw malformed('version', libxcAt + 12, 'version 2 or 3, little-endian', version);
  }
  const domain = viewOf(source, libxcAt + libxcHeaderSizeInBytes, domainHeaderSizeInBytes);
  const pageShift = domain.uint16(4);
  if (pageShift !== pageShift4K) {
    throw malformed('page_shift', domain.fileOffset + 4, `${pageShift4K}`, pageShift);
  }
  return {
    domainType: domain.uint32(0),
    pageSizeInBytes: 2 ** pageShift,
    libxcVersion: version,
    xenMajor: domain.uint32(8),
    xenMinor: domain.uint32(12),
    libxcAt,
    recordsAt: domain.fileOffset + domainHeaderSizeInBytes,
  };
}

function viewOf(
  source: ByteSource,
  at: number,
  lengthInBytes: number,
  byteOrder: 'little' | 'big' = 'little',
): StructView {
  return new StructView(
    readExactly(source, at, lengthInBytes, structure),
    byteOrder,
    structure,
    at,
  );
}

function malformed(
  field: string,
  fileOffset: number,
  wanted: string,
  got: number | bigint | string,
): VmcorekitError<'malformed'> {
  return new VmcorekitError('malformed', { structure, fileOffset, field, wanted, got });
}
