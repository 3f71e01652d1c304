import { badBlockType, badStoredLength, endsEarly, tooLong } from '../src/wasm/failure-codes';
import { hasEnded, isFull, wantsInput } from '../src/wasm/stream-states';
import { begin, bitCount, bits, drop, inputEnd, position, proceed, refill } from './bit-stream';
import { distanceBits, distanceTable, literalBits, literalTable, readCodes } from './block-codes';
import { copyLiterals } from './copy-match';
import { codedBlock, codedUntil } from './inflate-block';
import {
  fixedDistanceBits,
  fixedDistanceTable,
  fixedLiteralBits,
  fixedLiteralTable,
} from './inflate-codes';

/** Deflate's matches reach back this far. Source: RFC 1951, section 2. */
const windowInBytes: usize = 32768;
/** More than the head of a block takes: 17 + 19 * 3 + 316 * 14 bits. */
const blockHeadInBytes: usize = 1024;
/** More than one turn of `codedBlock` reads. */
const turnInBytes: usize = 32;

const atHead: u32 = 0;
const inStored: u32 = 1;
const inFixed: u32 = 2;
const inDynamic: u32 = 3;

let state: u32 = atHead;
let isFinal: bool = false;
let isLast: bool = false;
/** File offset of address 0. */
let base: f64 = 0;
/** File offset, in bits, of the head of the block that is decoded. */
let blockStart: f64 = 0;
/** File offset of the end of a stored block. */
let storedEnd: f64 = 0;
/** Matches reach back to here at most. */
let first: usize = 0;
let output: usize = 0;
let at: usize = 0;

/**
 * Begins at the head of a block, whose contents go to `to`. Its matches may reach back into
 * `history` bytes before that.
 */
export function inflateStart(to: usize, history: usize): void {
  state = atHead;
  isFinal = false;
  output = to;
  at = to;
  first = to - history;
}

/**
 * Goes on at a bit of the byte at `from`, which lies at `fileOffset`. The input ends at `end`. More
 * may follow, unless it is the last.
 */
export function inflateInput(from: usize, bit: u32, end: usize, last: bool, fileOffset: f64): void {
  begin(from, end);
  isLast = last;
  base = fileOffset - <f64>from;
  v128.store(end, i32x4.splat(0));
  v128.store(end, i32x4.splat(0), 16);
  if (bit > 0) {
    proceed(<u64>load<u8>(from) >> bit, 8 - bit, from + 1);
  }
}

/** Reads the head of a block, whose rest is decoded from elsewhere. Returns 0 or a failure. */
export function inflateEnterBlock(): i32 {
  return readHead();
}

/**
 * Decodes until the output holds `limit` bytes or up to 300 more, the input is used up, or the
 * stream ends. Returns which of them, or a failure.
 */
export function inflateRun(limit: usize): i32 {
  const outputEnd = output + limit;
  const inputStop = isLast ? inputEnd + 8 : inputEnd - turnInBytes;
  while (state !== atHead || !isFinal) {
    if (at >= outputEnd) {
      return isFull;
    }
    let status: i32 = 0;
    if (state === atHead) {
      if (!isLast && position - (bitCount >> 3) + blockHeadInBytes > inputEnd) {
        return wantsInput;
      }
      status = readHead();
    } else if (state === inStored) {
      status = copyStored(outputEnd);
    } else {
      const isFixed = state === inFixed;
      status = codedBlock(
        first,
        at,
        outputEnd - 1,
        inputStop,
        isFixed ? fixedLiteralTable() : literalTable,
        isFixed ? fixedLiteralBits : literalBits,
        isFixed ? fixedDistanceTable() : distanceTable,
        isFixed ? fixedDistanceBits : distanceBits,
      );
      at = codedUntil;
      if (status >= 0) {
        state = atHead;
      }
    }
    if (isLast && position - (bitCount >> 3) > inputEnd) {
      // Zeros were read in place of what is missing, and they may mean anything.
      return endsEarly;
    }
    if (status === tooLong) {
      return isFull;
    }
    if (status === endsEarly) {
      return isLast ? endsEarly : wantsInput;
    }
    if (status < 0) {
      return status;
    }
  }
  return hasEnded;
}

/** The number of bytes in the output. */
export function inflateProduced(): usize {
  return at - output;
}

/** File offset, in bits, of what is decoded next. */
export function inflateBit(): f64 {
  return (base + <f64>position) * 8 - <f64>bitCount;
}

/** File offset, in bits, of the head of the block to enter before that; the same at a head. */
export function inflateBlockBit(): f64 {
  return state === atHead ? inflateBit() : blockStart;
}

/** How far back matches may reach. */
export function inflateHistory(): usize {
  return min(windowInBytes, at - first);
}

/** Empties the output. What matches may reach back to moves before it. */
export function inflateSlide(): void {
  const history = inflateHistory();
  memory.copy(output - history, at - history, history);
  first = output - history;
  at = output;
}

function readHead(): i32 {
  blockStart = inflateBit();
  refill();
  const head = <u32>bits & 7;
  drop(3);
  isFinal = (head & 1) !== 0;
  const type = head >> 1;
  if (type === 0) {
    return readStoredHead();
  }
  if (type === 1) {
    state = inFixed;
    return 0;
  }
  if (type === 3) {
    return badBlockType;
  }
  state = inDynamic;
  return readCodes();
}

function readStoredHead(): i32 {
  const from = position - (bitCount >> 3);
  proceed(0, 0, from + 4);
  if (position > inputEnd) {
    return endsEarly;
  }
  const length: u32 = load<u16>(from);
  if ((length ^ load<u16>(from, 2)) !== 0xffff) {
    return badStoredLength;
  }
  storedEnd = base + <f64>position + <f64>length;
  state = inStored;
  return 0;
}

function copyStored(outputEnd: usize): i32 {
  const left = <usize>(storedEnd - (base + <f64>position));
  const length = min(left, min(inputEnd - position, outputEnd - at));
  copyLiterals(at, position, length);
  at += length;
  proceed(0, 0, position + length);
  if (length === left) {
    state = atHead;
    return 0;
  }
  return at === outputEnd ? tooLong : endsEarly;
}
