import { badDistance, endsEarly, tooLong } from '../src/wasm/failure-codes';
import { copyLiterals, copyMatch } from './copy-match';

const shortestMatch: usize = 4;

/** What comes after the instruction that is decoded. */
let position: usize = 0;
let inputEnd: usize = 0;

/**
 * A length of four bits, and the bytes that follow where they are all set: each 255 goes on. Goes
 * past the end of the input where that ends within the length.
 */
function lengthOf(nibble: u32): usize {
  let length: usize = nibble;
  if (nibble === 15) {
    let byte: u32;
    do {
      byte = load<u8>(position);
      position++;
      length += byte;
    } while (byte === 255 && position <= inputEnd);
  }
  return length;
}

/**
 * Decodes the LZ4 block of `size` bytes at `input` to `output`. Matches may reach back into
 * `history` bytes before that. Returns the number of bytes in the block, or a failure. Source: LZ4
 * Block Format Description.
 */
export function lz4Decode(
  input: usize,
  size: usize,
  output: usize,
  limit: usize,
  history: usize,
): i32 {
  position = input;
  inputEnd = input + size;
  const first = output - history;
  const outputEnd = output + limit;
  let at = output;
  while (position < inputEnd) {
    const token: u32 = load<u8>(position);
    position++;
    const literals = lengthOf(token >> 4);
    if (position > inputEnd || literals > inputEnd - position) {
      return endsEarly;
    }
    if (literals > outputEnd - at) {
      return tooLong;
    }
    copyLiterals(at, position, literals);
    position += literals;
    at += literals;
    if (position === inputEnd) {
      return <i32>(at - output);
    }
    const distance: usize = load<u16>(position);
    position += 2;
    const length = lengthOf(token & 15) + shortestMatch;
    if (position > inputEnd) {
      return endsEarly;
    }
    if (distance === 0 || distance > at - first) {
      return badDistance;
    }
    if (length > outputEnd - at) {
      return tooLong;
    }
    copyMatch(at, distance, length);
    at += length;
  }
  return endsEarly;
}
