import { badDistance, badSequences, endsEarly, tooLong } from '../src/wasm/failure-codes';
import { copyLiterals, copyMatch } from './copy-match';
import { bitsAt, bitsLeft, openStream, streamStart } from './zstd-bits';
import { buildDefault, buildSingle, readLog, readTable } from './zstd-fse';
import {
  blockInBytes,
  forgetLiteralTable,
  literalsAt,
  literalsInBytes,
  readLiterals,
} from './zstd-literals';

/** Predefined codes, and what each code stands for. Source: RFC 8878, section 3.1.1.3.2. */
const lengthCodes: u32 = 36;
const matchCodes: u32 = 53;
const offsetCodes: u32 = 32;
const lengthDefaults: usize = memory.data<i16>([
  4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1,
  -1, -1, -1, -1,
]);
const matchDefaults: usize = memory.data<i16>([
  1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
]);
const offsetDefaults: usize = memory.data<i16>([
  1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1,
]);
const lengthBits: usize = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12,
  13, 14, 15, 16,
]);
const matchBits: usize = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
  1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
]);
const lengthBases: usize = memory.data(144, 16);
const matchBases: usize = memory.data(212, 16);

const lengthDefaultTable: usize = memory.data(256, 16);
const matchDefaultTable: usize = memory.data(256, 16);
const offsetDefaultTable: usize = memory.data(128, 16);
const lengthOwnTable: usize = memory.data(2048, 16);
const matchOwnTable: usize = memory.data(2048, 16);
const offsetOwnTable: usize = memory.data(1024, 16);

buildDefault(lengthDefaultTable, 6, lengthDefaults, lengthCodes);
buildDefault(matchDefaultTable, 6, matchDefaults, matchCodes);
buildDefault(offsetDefaultTable, 5, offsetDefaults, 29);
fillBases(lengthBases, lengthBits, lengthCodes, 0);
fillBases(matchBases, matchBits, matchCodes, 3);

function fillBases(bases: usize, bits: usize, count: u32, first: u32): void {
  let base = first;
  for (let code: u32 = 0; code < count; code++) {
    store<u32>(bases + (code << 2), base);
    base += 1 << load<u8>(bits + code);
  }
}

/** Tables of the block; 0 where a frame has none yet. */
let lengthTable: usize = 0;
let matchTable: usize = 0;
let offsetTable: usize = 0;
let lengthLog: u32 = 0;
let matchLog: u32 = 0;
let offsetLog: u32 = 0;
/** The last three offsets. */
let recent: u32 = 1;
let second: u32 = 4;
let third: u32 = 8;

/** Forgets what blocks take over from those before them in a frame. */
export function zstdStartFrame(): void {
  forgetLiteralTable();
  lengthTable = 0;
  matchTable = 0;
  offsetTable = 0;
  recent = 1;
  second = 4;
  third = 8;
}

/**
 * Decodes a compressed block to `output`. Its matches reach back to `first` at most. Returns the
 * number of bytes in it, or a failure. Source: RFC 8878, section 3.1.1.3.
 */
export function zstdBlock(input: usize, size: usize, output: usize, first: usize): i32 {
  const end = input + size;
  const literalsSection = readLiterals(input, end);
  if (literalsSection < 0) {
    return literalsSection;
  }
  let from = input + literalsSection;
  if (from >= end) {
    return endsEarly;
  }
  let count: u32 = load<u8>(from);
  from++;
  if (count >= 128) {
    if (count === 255) {
      count = <u32>load<u16>(from) + 0x7f00;
      from += 2;
    } else {
      count = ((count - 128) << 8) + load<u8>(from);
      from++;
    }
  }
  let at = output;
  let literal = literalsAt;
  const literalsEnd = literalsAt + literalsInBytes;
  const outputEnd = output + blockInBytes;
  if (count > 0) {
    if (from >= end) {
      return endsEarly;
    }
    const modes: u32 = load<u8>(from);
    from = readTables(from + 1, end, modes);
    if (from === 0 || !openStream(from, end)) {
      return badSequences;
    }
    const start = streamStart;
    let left: i32 = bitsLeft - lengthLog;
    let length = bitsAt(start, left, lengthLog);
    left -= offsetLog;
    let offset = bitsAt(start, left, offsetLog);
    left -= matchLog;
    let match = bitsAt(start, left, matchLog);
    for (;;) {
      const lengthEntry = load<u32>(lengthTable + (length << 2));
      const offsetEntry = load<u32>(offsetTable + (offset << 2));
      const matchEntry = load<u32>(matchTable + (match << 2));
      const lengthCode = lengthEntry & 255;
      const offsetCode = offsetEntry & 255;
      const matchCode = matchEntry & 255;
      left -= offsetCode;
      const offsetValue: u32 = (1 << offsetCode) + bitsAt(start, left, offsetCode);
      const matchCount: u32 = load<u8>(matchBits + matchCode);
      const lengthCount: u32 = load<u8>(lengthBits + lengthCode);
      left -= matchCount + lengthCount;
      const lengths = bitsAt(start, left, matchCount + lengthCount);
      const matchLength = load<u32>(matchBases + (matchCode << 2)) + (lengths >> lengthCount);
      const literals =
        load<u32>(lengthBases + (lengthCode << 2)) + (lengths & ((1 << lengthCount) - 1));
      const distance = distanceOf(offsetValue, literals);
      if (literals > <u32>(literalsEnd - literal)) {
        return badSequences;
      }
      if (literals + matchLength > <u32>(outputEnd - at)) {
        return tooLong;
      }
      copyLiterals(at, literal, literals);
      at += literals;
      literal += literals;
      if (distance === 0 || <usize>distance > at - first) {
        return badDistance;
      }
      copyMatch(at, distance, matchLength);
      at += matchLength;
      count--;
      if (count === 0) {
        break;
      }
      const offsetStep = (offsetEntry >> 8) & 255;
      const matchStep = (matchEntry >> 8) & 255;
      const lengthStep = (lengthEntry >> 8) & 255;
      left -= lengthStep + matchStep + offsetStep;
      const steps = bitsAt(start, left, lengthStep + matchStep + offsetStep);
      length = (lengthEntry >> 16) + (steps >> (matchStep + offsetStep));
      match = (matchEntry >> 16) + ((steps >> offsetStep) & ((1 << matchStep) - 1));
      offset = (offsetEntry >> 16) + (steps & ((1 << offsetStep) - 1));
      if (left < 0) {
        return badSequences;
      }
    }
    if (left !== 0) {
      return badSequences;
    }
  } else if (from !== end) {
    return badSequences;
  }
  const rest = literalsEnd - literal;
  if (rest > outputEnd - at) {
    return tooLong;
  }
  copyLiterals(at, literal, rest);
  return <i32>(at + rest - output);
}

/** What an offset's value means, and which offsets are remembered then. */
function distanceOf(value: u32, literals: u32): u32 {
  let distance: u32;
  if (value > 3) {
    distance = value - 3;
    third = second;
    second = recent;
    recent = distance;
    return distance;
  }
  const which = value + (literals === 0 ? 1 : 0);
  if (which === 1) {
    return recent;
  }
  if (which === 2) {
    distance = second;
  } else {
    distance = which === 3 ? third : recent - 1;
    third = second;
  }
  second = recent;
  recent = distance;
  return distance;
}

/** Returns where the sequences begin, or 0 for a failure. */
function readTables(input: usize, end: usize, modes: u32): usize {
  if ((modes & 3) !== 0) {
    return 0;
  }
  let from = readMode(
    input,
    end,
    modes >> 6,
    lengthDefaultTable,
    6,
    lengthOwnTable,
    9,
    lengthCodes,
  );
  if (from === 0 || (chosen === 0 && lengthTable === 0)) {
    return 0;
  }
  if (chosen !== 0) {
    lengthTable = chosen;
    lengthLog = chosenLog;
  }
  from = readMode(
    from,
    end,
    (modes >> 4) & 3,
    offsetDefaultTable,
    5,
    offsetOwnTable,
    8,
    offsetCodes,
  );
  if (from === 0 || (chosen === 0 && offsetTable === 0)) {
    return 0;
  }
  if (chosen !== 0) {
    offsetTable = chosen;
    offsetLog = chosenLog;
  }
  from = readMode(from, end, (modes >> 2) & 3, matchDefaultTable, 6, matchOwnTable, 9, matchCodes);
  if (from === 0 || (chosen === 0 && matchTable === 0)) {
    return 0;
  }
  if (chosen !== 0) {
    matchTable = chosen;
    matchLog = chosenLog;
  }
  return from;
}

let chosen: usize = 0;
let chosenLog: u32 = 0;

/** Chooses a table; 0 for that of the block before. Returns what follows, or 0 for a failure. */
function readMode(
  input: usize,
  end: usize,
  mode: u32,
  defaultTable: usize,
  defaultLog: u32,
  ownTable: usize,
  maxLog: u32,
  codes: u32,
): usize {
  chosen = ownTable;
  if (mode === 0) {
    chosen = defaultTable;
    chosenLog = defaultLog;
    return input;
  }
  if (mode === 1) {
    const symbol: u32 = load<u8>(input);
    if (input >= end || symbol >= codes) {
      return 0;
    }
    buildSingle(ownTable, symbol);
    chosenLog = 0;
    return input + 1;
  }
  if (mode === 2) {
    const length = readTable(input, end, maxLog, codes - 1, ownTable);
    chosenLog = readLog;
    return length < 0 ? 0 : input + length;
  }
  chosen = 0;
  return input;
}
