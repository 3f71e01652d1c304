import {
  type ByteSource,
  type Damage,
  hex,
  isVmcorekitError,
  isZero,
  type Progress,
  plural,
  readExactly,
  utf8UntilNul,
  VmcorekitError,
} from '@vmcorekit/core';
import {
  checksumsOf,
  isHeader,
  numberIn,
  readHeader,
  recordInBytes,
  shown,
  sparseField,
  type TarHeader,
} from './header.ts';
import { paxNumber, paxRecords } from './pax-records.ts';
import { endOfSparseHeader, type SparseMember } from './sparse-map.ts';
import { sparseKey } from './sparse-numbers.ts';

/** An archive of a support case has some thousands. */
const maxMembers = 100_000;
/** A name, or an extended header. */
const maxTextInBytes: number = 1 << 20;
const headersPerStep = 256;
const structure = 'tar header';
const type = { long: 'L', longLink: 'K', extended: 'x', global: 'g', sparse: 'S' } as const;
const usedKeys: readonly string[] = [
  'path',
  'size',
  sparseKey.name,
  sparseKey.size,
  sparseKey.realsize,
];
/** Not a key of the format: the file offset of an extended header with a map. */
const mapAt = 'map at';
const mapInBytes = 'map in bytes';
const plainTypes: readonly string[] = ['0', '\0', '7'];

/** A file in an archive. */
export interface TarMember {
  readonly name: string;
  readonly fileOffset: number;
  /** As much as the archive has of it; of one without its holes, all that it states. */
  readonly sizeInBytes: number;
  /** Where its map is, if its holes are left out of the archive. */
  readonly sparse?: SparseMember;
}

export interface TarMembers {
  readonly members: readonly TarMember[];
  readonly damage: readonly Damage[];
}

/** The files of an archive, by their headers. Throws where there is no first one. */
export function* walkMembers(file: ByteSource): Generator<Progress, TarMembers, void> {
  const members: TarMember[] = [];
  let next: ReadonlyMap<string, string> = new Map();
  let at = 0;
  for (let headers = 0; at < file.sizeInBytes; headers++) {
    if (headers % headersPerStep === 0) {
      const fraction = at / file.sizeInBytes;
      yield { kind: 'progress', doing: 'listing a tar archive', fraction };
    }
    const bytes = new Uint8Array(recordInBytes);
    const got = file.readInto(at, bytes);
    if (got === recordInBytes && isZero(bytes)) {
      return { members, damage: [] };
    }
    if (!isHeader(bytes.subarray(0, got))) {
      return { members, damage: [stopped(noHeader(bytes.subarray(0, got), at), headers)] };
    }
    const header = readHeader(bytes);
    const afterHeader = at + recordInBytes;
    if (isText(header)) {
      try {
        next = new Map([...next, ...textOf(file, header, afterHeader)]);
      } catch (error) {
        if (isVmcorekitError(error, 'malformed') || isVmcorekitError(error, 'truncated')) {
          return { members, damage: [stopped(error, headers)] };
        }
        throw error;
      }
      at = afterHeader + paddedInBytes(header.sizeInBytes);
      continue;
    }
    let dataAt = afterHeader;
    if (header.type === type.sparse) {
      const end = endOfSparseHeader(file, bytes, afterHeader);
      if (end === undefined) {
        const left = file.sizeInBytes - afterHeader;
        return { members, damage: [cut(header.name, afterHeader, left + recordInBytes, left)] };
      }
      dataAt = end;
    }
    const sizeRecord = next.get('size');
    const size = sizeRecord === undefined ? header.sizeInBytes : paxNumber(sizeRecord);
    if (!(Number.isSafeInteger(size) && size >= 0)) {
      const error = wrongSize(at, sizeRecord ?? header.size, Number.MAX_SAFE_INTEGER);
      return { members, damage: [stopped(error, headers)] };
    }
    const there = Math.max(0, Math.min(size, file.sizeInBytes - dataAt));
    if (plainTypes.includes(header.type) || header.type === type.sparse) {
      const sparse = sparseMemberOf(
        next,
        header.type === type.sparse ? bytes : undefined,
        at,
        size,
      );
      members.push({
        name: next.get(sparseKey.name) ?? next.get('path') ?? header.name,
        fileOffset: dataAt,
        sizeInBytes: sparse?.sizeInBytes ?? there,
        ...(sparse === undefined ? {} : { sparse }),
      });
    }
    if (there < size) {
      return { members, damage: [cut(header.name, dataAt, size, there)] };
    }
    if (members.length > maxMembers) {
      throw new VmcorekitError('unsupported', {
        what: `a tar archive of more than ${maxMembers} files (at file offset ${at})`,
        advice: 'unpack it first: tar -xf FILE',
      });
    }
    next = new Map();
    at = dataAt + paddedInBytes(size);
  }
  return { members, damage: [] };
}

/** Whether a header is about the next member. */
function isText(header: TarHeader): boolean {
  return [type.long, type.longLink, type.extended, type.global].some((one) => one === header.type);
}

/**
 * What it says of the next member. Throws `truncated`, and `malformed` where it is too long, or has
 * records that are none.
 */
function textOf(
  file: ByteSource,
  { type: given, sizeInBytes, size }: TarHeader,
  dataAt: number,
): ReadonlyMap<string, string> {
  if (!(sizeInBytes >= 0 && sizeInBytes <= maxTextInBytes)) {
    throw wrongSize(dataAt - recordInBytes, size, maxTextInBytes);
  }
  const bytes = readExactly(file, dataAt, sizeInBytes, structure);
  switch (given) {
    case type.long:
      return new Map([['path', utf8UntilNul(bytes)]]);
    case type.extended:
      return usedRecords(bytes, dataAt);
    default:
      return new Map();
  }
}

/** Only what is used, so that a file of nothing but these headers takes no memory. */
function usedRecords(bytes: Uint8Array, fileOffset: number): ReadonlyMap<string, string> {
  const used = new Map<string, string>();
  for (const { key, value } of paxRecords(bytes, fileOffset)) {
    if (usedKeys.includes(key)) {
      used.set(key, value);
    }
    if (key.startsWith(sparseKey.prefix)) {
      used.set(mapAt, String(fileOffset)).set(mapInBytes, String(bytes.length));
    }
  }
  return used;
}

/** `header` is that of a sparse file in GNU tar's own format. */
function sparseMemberOf(
  records: ReadonlyMap<string, string>,
  header: Uint8Array | undefined,
  headerOffset: number,
  storedInBytes: number,
): SparseMember | undefined {
  if (header !== undefined) {
    const size = numberIn(header.subarray(...sparseField.realsize));
    const sizeInBytes = typeof size === 'string' ? Number.NaN : Number(size);
    return { mapOffset: headerOffset, mapInBytes: null, sizeInBytes, size, storedInBytes };
  }
  const size = records.get(sparseKey.realsize) ?? records.get(sparseKey.size) ?? '';
  const mapOffset = records.get(mapAt);
  return mapOffset === undefined
    ? undefined
    : {
        mapOffset: Number(mapOffset),
        mapInBytes: Number(records.get(mapInBytes)),
        sizeInBytes: paxNumber(size),
        size,
        storedInBytes,
      };
}

function paddedInBytes(sizeInBytes: number): number {
  return recordInBytes * Math.ceil(sizeInBytes / recordInBytes);
}

/** Throws where this is the first header. */
function stopped(error: VmcorekitError<'truncated' | 'malformed'>, headers: number): Damage {
  if (headers === 0) {
    throw error;
  }
  const detail = `${error.message}; only the files before it are listed`;
  return { name: 'archive-damaged', loses: 'nothing', detail, fileOffset: error.facts.fileOffset };
}

function noHeader(
  bytes: Uint8Array,
  fileOffset: number,
): VmcorekitError<'truncated' | 'malformed'> {
  const got = bytes.length;
  if (got < recordInBytes) {
    return new VmcorekitError('truncated', { structure, fileOffset, wanted: recordInBytes, got });
  }
  const { stated, actual } = checksumsOf(bytes);
  return new VmcorekitError('malformed', {
    structure,
    fileOffset,
    field: 'chksum',
    wanted: `${hex(actual)}, the sum of its bytes`,
    got: shown(stated),
  });
}

/** `size` is what the field or the record of that name holds. */
function wrongSize(
  fileOffset: number,
  size: bigint | string,
  maxSizeInBytes: number,
): VmcorekitError<'malformed'> {
  return new VmcorekitError('malformed', {
    structure,
    fileOffset,
    field: 'size',
    wanted: `from 0 to ${hex(maxSizeInBytes)} bytes`,
    got: shown(size),
  });
}

function cut(name: string, fileOffset: number, wanted: number, got: number): Damage {
  const detail = `the tar archive ends within ${name} at ${hex(fileOffset)}: ${plural(got, 'byte')} of ${wanted}`;
  return { name: 'archive-unfinished', loses: 'page', detail, fileOffset };
}
