import { type ByteSource, readExactly } from '@vmcorekit/core';
import { recordInBytes, shown, sparseField } from './header.ts';
import {
  checkCount,
  maxRuns,
  numbersInData,
  numbersInPairs,
  numbersInRecords,
  structure,
  wrong,
} from './sparse-numbers.ts';

/** A member whose holes are left out of the archive. */
export interface SparseMember {
  /** Of its header, or of the text of its extended header. */
  readonly mapOffset: number;
  /** Null for a map in its header. */
  readonly mapInBytes: number | null;
  /** With its holes; what is no size is refused when it is opened. */
  readonly sizeInBytes: number;
  /** What states that size: a number, or a text that may be none. */
  readonly size: bigint | string;
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
      numbers.push(...numbersInPairs(record, place, at));
      checkCount(numbers.length / 2, mapOffset);
    }
  } else {
    const records = readExactly(file, mapOffset, mapInBytes, structure);
    const isInData = numbersInRecords(records, mapOffset, numbers);
    if (isInData) {
      dataAt = numbersInData(file, dataOffset, numbers);
    }
  }
  const runs = checkedRuns(numbers, mapOffset, member);
  const needed = runs.reduce((sum, { lengthInBytes }) => sum + lengthInBytes, dataAt - dataOffset);
  if (needed !== member.storedInBytes) {
    const wanted = `${member.storedInBytes} bytes, which the archive has of it`;
    throw wrong(mapOffset, 'sum of the stretches', wanted, needed);
  }
  return { runs, dataOffset: dataAt };
}

function checkedRuns(
  numbers: readonly number[],
  fileOffset: number,
  { sizeInBytes, size }: SparseMember,
): readonly SparseRun[] {
  if (!(Number.isSafeInteger(sizeInBytes) && sizeInBytes >= 0)) {
    throw wrong(fileOffset, 'size', 'a number below 2^53', shown(size));
  }
  checkCount(numbers.length / 2, fileOffset);
  if (numbers.length % 2 !== 0) {
    throw wrong(fileOffset, 'number of values', 'an offset and a length each', numbers.length);
  }
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
