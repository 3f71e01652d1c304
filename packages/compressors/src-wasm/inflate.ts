import {
  badBlockType,
  badChecksum,
  badStoredLength,
  endsEarly,
  goesOn,
  noZlibHeader,
  tooLong,
  wantsDictionary,
} from '../src/wasm/failure-codes';
import { adler32 } from './adler32';
import { begin, bitCount, bits, drop, inputEnd, position, proceed, refill } from './bit-stream';
import { distanceBits, distanceTable, literalBits, literalTable, readCodes } from './block-codes';
import { copyLiterals } from './copy-match';
import { codedBlock } from './inflate-block';
import {
  fixedDistanceBits,
  fixedDistanceTable,
  fixedLiteralBits,
  fixedLiteralTable,
} from './inflate-codes';

/**
 * Decodes the zlib stream of `size` bytes at `input` to `output`. Returns the number of bytes in
 * it, or a failure. The stream must end where the input does. Source: RFC 1950 and 1951; it refuses
 * what zlib 1.3 refuses.
 */
export function inflate(input: usize, size: usize, output: usize, limit: usize): i32 {
  if (size < 2) {
    return endsEarly;
  }
  const method: u32 = load<u8>(input);
  const flags: u32 = load<u8>(input, 1);
  if ((method & 15) !== 8 || method >> 4 > 7 || ((method << 8) | flags) % 31 !== 0) {
    return noZlibHeader;
  }
  if ((flags & 0x20) !== 0) {
    return wantsDictionary;
  }
  begin(input + 2, input + size);
  // Bytes read after the end are the same, whatever page was here before.
  v128.store(inputEnd, i32x4.splat(0));
  v128.store(inputEnd, i32x4.splat(0), 16);
  const length = blocks(output, limit);
  const used = position - (bitCount >> 3);
  if (length < 0) {
    // Zeros were read in place of what is missing, and they may mean anything.
    return used > inputEnd ? endsEarly : length;
  }
  if (used + 4 > inputEnd) {
    return endsEarly;
  }
  if (bswap<u32>(load<u32>(used)) !== adler32(output, length, 1)) {
    return badChecksum;
  }
  return used + 4 === inputEnd ? length : goesOn;
}

function blocks(output: usize, limit: usize): i32 {
  let at = output;
  const outputEnd = output + limit;
  while (position <= inputEnd + 8) {
    refill();
    const header = <u32>bits & 7;
    drop(3);
    const type = header >> 1;
    let status: i32 = 0;
    if (type === 0) {
      status = storedBlock(at, outputEnd);
    } else if (type === 1) {
      const literals = fixedLiteralTable();
      status = codedBlock(
        output,
        at,
        outputEnd,
        inputEnd + 8,
        literals,
        fixedLiteralBits,
        fixedDistanceTable(),
        fixedDistanceBits,
      );
    } else if (type === 2) {
      status = readCodes();
      if (status === 0) {
        status = codedBlock(
          output,
          at,
          outputEnd,
          inputEnd + 8,
          literalTable,
          literalBits,
          distanceTable,
          distanceBits,
        );
      }
    } else {
      return badBlockType;
    }
    if (status < 0) {
      return status;
    }
    at += status;
    if (at > outputEnd) {
      return tooLong;
    }
    if ((header & 1) !== 0) {
      return <i32>(at - output);
    }
  }
  return endsEarly;
}

/**
 * Copies a stored block, from the next whole byte on. Returns the number of bytes, or a failure.
 */
function storedBlock(output: usize, outputEnd: usize): i32 {
  const from = position - (bitCount >> 3);
  proceed(0, 0, from + 4);
  if (from + 4 > inputEnd) {
    return endsEarly;
  }
  const length: u32 = load<u16>(from);
  if ((length ^ load<u16>(from, 2)) !== 0xffff) {
    return badStoredLength;
  }
  if (position + length > inputEnd) {
    return endsEarly;
  }
  if (output + length > outputEnd) {
    return tooLong;
  }
  copyLiterals(output, position, length);
  proceed(0, 0, position + length);
  return length;
}
