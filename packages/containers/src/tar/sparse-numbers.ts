import { type ByteSource, readExactly, VmcorekitError } from '@vmcorekit/core';
import { type FieldPlace, numberIn, recordInBytes, shown } from './header.ts';
import { paxNumber, paxRecords } from './pax-records.ts';

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
export const maxRuns: number = 1 << 20;
const maxDigits = 20;
const lineFeed = 0x0a;
export const structure = 'map of a sparse file in a tar archive';

/** Those of a header, or of a record after it: up to the first pair that is empty. */
export function numbersInPairs(
  record: Uint8Array,
  [from, to]: FieldPlace,
  fileOffset: number,
): number[] {
  const numbers: number[] = [];
  for (let at = from; at + 2 * numberInBytes <= to; at += 2 * numberInBytes) {
    if (record[at + numberInBytes] === 0) {
      break;
    }
    for (const start of [at, at + numberInBytes]) {
      const number = numberIn(record.subarray(start, start + numberInBytes));
      if (typeof number === 'string') {
        throw wrong(fileOffset + start, 'number of a stretch', 'octal digits', shown(number));
      }
      numbers.push(Number(number));
    }
  }
  return numbers;
}

/** Formats 0.0 and 0.1. True for 1.0, where the map is in the data. */
export function numbersInRecords(
  records: Uint8Array,
  mapOffset: number,
  numbers: number[],
): boolean {
  for (const { fileOffset, key, value } of paxRecords(records, mapOffset)) {
    const add = (text: string): void => {
      const number = paxNumber(text);
      if (Number.isNaN(number)) {
        throw wrong(fileOffset, key, 'decimal digits', shown(text));
      }
      numbers.push(number);
    };
    if (key === sparseKey.major && value !== '0') {
      if (value !== '1') {
        throw wrong(fileOffset, key, '0 or 1', shown(value));
      }
      return true;
    }
    if (key === sparseKey.map) {
      value.split(',').forEach(add);
    } else if (key === sparseKey.offset || key === sparseKey.numbytes) {
      const wanted = numbers.length % 2 === 0 ? sparseKey.offset : sparseKey.numbytes;
      if (key !== wanted) {
        throw wrong(fileOffset, 'key', wanted, key);
      }
      add(value);
    }
  }
  return false;
}

/** Format 1.0: a number of pairs, then the pairs, each number in a line. Returns where it ends. */
export function numbersInData(file: ByteSource, fileOffset: number, numbers: number[]): number {
  let at = fileOffset;
  let wanted = 1;
  let line = '';
  for (let count = -1; count < wanted; at += recordInBytes) {
    const record = readExactly(file, at, recordInBytes, structure);
    for (const [index, byte] of record.entries()) {
      if (byte !== lineFeed) {
        line += String.fromCharCode(byte);
        if (line.length > maxDigits) {
          const start = at + index - maxDigits;
          throw wrong(start, 'length of a number', `at most ${maxDigits} digits`, line.length);
        }
        continue;
      }
      const value = paxNumber(line);
      if (Number.isNaN(value)) {
        throw wrong(at + index - line.length, 'number in a line', 'decimal digits', line);
      }
      if (count === -1) {
        checkCount(value, fileOffset);
        wanted = 2 * value;
      } else {
        numbers.push(value);
      }
      count += 1;
      line = '';
      if (count === wanted) {
        break;
      }
    }
  }
  return at;
}

/** Throws `malformed` where a map has more stretches than one may have. */
export function checkCount(count: number, fileOffset: number): void {
  if (count > maxRuns) {
    throw wrong(fileOffset, 'number of stretches', `from 0 to ${maxRuns}`, count);
  }
}

export function wrong(
  fileOffset: number,
  field: string,
  wanted: string,
  got: string | number | bigint,
): VmcorekitError<'malformed'> {
  const number = typeof got === 'number' && !Number.isSafeInteger(got) ? String(got) : got;
  return new VmcorekitError('malformed', { structure, fileOffset, field, wanted, got: number });
}
