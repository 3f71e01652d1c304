import { type ByteSource, readExactly, VmcorekitError } from '@vmcorekit/core';
import { type FieldPlace, numberIn, recordInBytes, sparseField } from './header.ts';
import { paxRecords } from './pax-records.ts';

/** Source: GNU tar's manual, "Storing Sparse Files": PAX formats 0.0, 0.1 and 1.0. */
export const sparseKey = {
  prefix: 'GNU.sparse.',
  name: 'GNU.sparse.name',
  size: 'GNU.sparse.size',
  realsize: 'GNU.sparse.realsize',
  major: 'GNU.sparse.major',
  map: 'GNU.sparse.map',
  offset: 'GNU.sparse.offset',
  numbytes: 'GNU.sparse.numbytes',
} as const;
const numberInBytes = 12;
/** A file of 4 TiB with data in every second 4 MiB. */
const maxRuns: number = 1 << 20;
const maxDigits = 20;
const lineFeed = 0x0a;
const structure = 'map of a sparse file in a tar archive';

/** A member whose holes are left out of the archive. */
export interface SparseMember {
  /** Of its header, or of the text of its extended header. */
  readonly mapOffset: number;
  /** Null for a map in its header. */
  readonly mapInBytes: number | null;
  /** With its holes; what is no size is refused when it is opened. */
  readonly sizeInBytes: number;
  /** As its header states it. */
  readonly storedInBytes: number;
}

/** A stretch of a sparse file that the archive has. */
export interface SparseRun {
  readonly offset: number;
  readonly lengthInBytes: number;
}

/** The map, and the file offset of the data: a map in the data comes before them. */
export interface SparseMap {
  readonly runs: readonly SparseRun[];
  readonly dataOffset: number;
}

/**
 * File offset of the data of a sparse file in GNU tar's own format: after the records with more
 * pairs. Undefined where the file ends before that.
 */
export function endOfSparseHeader(
  file: ByteSource,
  header: Uint8Array,
  fileOffset: number,
): number | undefined {
  const record = new Uint8Array(recordInBytes);
  let at = fileOffset;
  let isExtended = header[sparseField.isExtended] !== 0;
  for (let records = 0; isExtended && records < maxRuns; records++) {
    if (file.readInto(at, record) < recordInBytes) {
      return undefined;
    }
    isExtended = record[sparseField.isExtendedInRecord] !== 0;
    at += recordInBytes;
  }
  return at;
}

/** Reads the map of a member. Throws `truncated`, and `malformed` where it can be none. */
export function readSparseMap(
  file: ByteSource,
  dataOffset: number,
  member: SparseMember,
): SparseMap {
  const { mapOffset, mapInBytes } = member;
  const numbers: number[] = [];
  let dataAt = dataOffset;
  if (mapInBytes === null) {
    for (let at = mapOffset; at < dataOffset; at += recordInBytes) {
      const record = readExactly(file, at, recordInBytes, structure);
      const place = at === mapOffset ? sparseField.pairs : sparseField.pairsInRecord;
      numbers.push(...pairsIn(record, place));
      checkCount(numbers.length / 2, mapOffset);
    }
  } else {
    const records = readExactly(file, mapOffset, mapInBytes, structure);
    const isInData = numbersOf(records, numbers);
    if (isInData) {
      dataAt = readMapInData(file, dataOffset, numbers);
    }
  }
  const runs = checkedRuns(numbers, mapOffset, member.sizeInBytes);
  const needed = runs.reduce((sum, { lengthInBytes }) => sum + lengthInBytes, dataAt - dataOffset);
  if (needed > member.storedInBytes) {
    const wanted = `at most ${member.storedInBytes} bytes, which the archive has of it`;
    throw wrong(mapOffset, 'sum of the stretches', wanted, needed);
  }
  return { runs, dataOffset: dataAt };
}

/** Pairs up to the first that is empty. */
function pairsIn(record: Uint8Array, [from, to]: FieldPlace): number[] {
  const numbers: number[] = [];
  for (let at = from; at + 2 * numberInBytes <= to; at += 2 * numberInBytes) {
    if (record[at + numberInBytes] === 0) {
      break;
    }
    for (const start of [at, at + numberInBytes]) {
      numbers.push(Number(numberIn(record.subarray(start, start + numberInBytes))));
    }
  }
  return numbers;
}

/** Formats 0.0 and 0.1. True for 1.0, where the map is in the data. */
function numbersOf(records: Uint8Array, numbers: number[]): boolean {
  for (const [key, value] of paxRecords(records)) {
    if (key === sparseKey.major && value !== '0') {
      return true;
    }
    if (key === sparseKey.map) {
      for (const number of value.split(',')) {
        numbers.push(Number(number));
      }
    } else if (key === sparseKey.offset || key === sparseKey.numbytes) {
      numbers.push(Number(value));
    }
  }
  return false;
}

/** Format 1.0: a number of pairs, then the pairs, each number in a line. Returns where it ends. */
function readMapInData(file: ByteSource, fileOffset: number, numbers: number[]): number {
  let at = fileOffset;
  let wanted = 1;
  let value = 0;
  let digits = 0;
  for (let count = -1; count < wanted; at += recordInBytes) {
    for (const byte of readExactly(file, at, recordInBytes, structure)) {
      if (byte !== lineFeed) {
        value = 10 * value + (byte - 0x30);
        digits += 1;
        if (digits > maxDigits) {
          throw wrong(at, 'length of a number', `at most ${maxDigits} digits`, digits);
        }
        continue;
      }
      digits = 0;
      if (count === -1) {
        checkCount(value, fileOffset);
        wanted = 2 * value;
      } else {
        numbers.push(value);
      }
      count += 1;
      value = 0;
      if (count === wanted) {
        break;
      }
    }
  }
  return at;
}

function checkCount(count: number, fileOffset: number): void {
  if (!(count >= 0 && count <= maxRuns)) {
    throw wrong(fileOffset, 'number of stretches', `from 0 to ${maxRuns}`, count);
  }
}

function checkedRuns(
  numbers: readonly number[],
  fileOffset: number,
  sizeInBytes: number,
): readonly SparseRun[] {
  if (!(Number.isSafeInteger(sizeInBytes) && sizeInBytes >= 0)) {
    throw wrong(fileOffset, 'size', 'a number below 2^53', sizeInBytes);
  }
  checkCount(numbers.length / 2, fileOffset);
  const runs: SparseRun[] = [];
  let end = 0;
  for (let index = 0; index + 1 < numbers.length; index += 2) {
    const [offset = 0, lengthInBytes = 0] = [numbers[index], numbers[index + 1]];
    if (!(offset >= end && lengthInBytes >= 0 && offset + lengthInBytes <= sizeInBytes)) {
      const wanted = `a stretch from ${end} up to ${sizeInBytes}`;
      throw wrong(fileOffset, `stretch ${index / 2}`, wanted, `${offset} + ${lengthInBytes}`);
    }
    end = offset + lengthInBytes;
    runs.push({ offset, lengthInBytes });
  }
  return runs;
}

function wrong(
  fileOffset: number,
  field: string,
  wanted: string,
  got: string | number,
): VmcorekitError<'malformed'> {
  const shown = typeof got === 'number' && !Number.isSafeInteger(got) ? String(got) : got;
  return new VmcorekitError('malformed', { structure, fileOffset, field, wanted, got: shown });
}
