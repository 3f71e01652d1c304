import {
  badDistance,
  badEndMarker,
  badFirstMatch,
  endsEarly,
  tooLong,
} from '../src/wasm/failure-codes';
import { copyLiterals, copyMatch } from './copy-match';

/**
 * A length after a count of 0 in the instruction, from `position` on: each zero byte counts 255,
 * and the byte that ends them counts itself.
 */
let position: usize = 0;

function longer(base: u32, end: usize): u32 {
  let sum = base;
  while (position < end && load<u8>(position) === 0) {
    sum += 255;
    position++;
  }
  return sum + load<u8>(position++);
}

/**
 * Decodes the LZO1X stream of `size` bytes at `input` to `output`. Returns the number of bytes in
 * it, or a failure. The stream must end where the input does. An instruction's operands are read
 * without a check of the input's end. The check follows with the literals after each instruction.
 * Source: Linux Documentation/staging/lzo.rst; it refuses what `lzo1xLength` refuses.
 */
export function lzo1xDecode(input: usize, size: usize, output: usize, limit: usize): i32 {
  const end = input + size;
  const outputEnd = output + limit;
  store<u64>(end, 0);
  let at = output;
  let from = input;
  /** The number of literals just before; 4 stands for more than three. */
  let literals: u32 = 0;
  /** The number of literals that the last instruction asked to copy. */
  let run: u32 = 0;

  if (size > 0 && load<u8>(from) > 17) {
    run = <u32>load<u8>(from) - 17;
    from++;
    if (from + run > end) {
      return endsEarly;
    }
    if (at + run > outputEnd) {
      return tooLong;
    }
    copyLiterals(at, from, run);
    from += run;
    at += run;
    literals = min(run, 4);
    // A special form after a first run of 1 to 3. No encoder of dumps writes it, and FFmpeg's
    // decoder does not know it.
    if (from < end && load<u8>(from) < 16) {
      return badFirstMatch;
    }
  }
  while (from < end) {
    const instruction: u32 = load<u8>(from);
    from++;
    let distance: usize;
    let count: u32;
    if (instruction >= 64) {
      distance = ((<usize>load<u8>(from)) << 3) + ((instruction >> 2) & 7) + 1;
      count = (instruction >> 5) + 1;
      run = instruction & 3;
      from++;
    } else if (instruction >= 16) {
      const limitOfCount: u32 = instruction >= 32 ? 31 : 7;
      count = instruction & limitOfCount;
      if (count === 0) {
        position = from;
        count = longer(limitOfCount, end);
        from = position;
      }
      count += 2;
      const operand: u32 = load<u16>(from);
      from += 2;
      run = operand & 3;
      if (instruction >= 32) {
        distance = (operand >> 2) + 1;
      } else {
        distance = ((instruction & 8) << 11) + (operand >> 2);
        if (distance === 0) {
          return from > end
            ? endsEarly
            : instruction === 17 && operand === 0 && from === end
              ? <i32>(at - output)
              : badEndMarker;
        }
        distance += 0x4000;
      }
    } else if (literals === 0) {
      run = instruction;
      if (run === 0) {
        position = from;
        run = longer(15, end);
        from = position;
      }
      run += 3;
      if (from + run > end) {
        return endsEarly;
      }
      if (at + run > outputEnd) {
        return tooLong;
      }
      copyLiterals(at, from, run);
      from += run;
      at += run;
      literals = 4;
      continue;
    } else {
      distance =
        ((<usize>load<u8>(from)) << 2) + (instruction >> 2) + 1 + (literals < 4 ? 0 : 0x800);
      count = literals < 4 ? 2 : 3;
      run = instruction & 3;
      from++;
    }

    if (from + run > end) {
      return endsEarly;
    }
    if (distance > at - output) {
      return badDistance;
    }
    if (at + count + run > outputEnd) {
      return tooLong;
    }
    copyMatch(at, distance, count);
    at += count;
    store<u32>(at, load<u32>(from));
    at += run;
    from += run;
    literals = run;
  }
  return endsEarly;
}
