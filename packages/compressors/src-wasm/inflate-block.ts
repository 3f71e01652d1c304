import { badDistance, badSymbol, endsEarly, tooLong } from '../src/wasm/failure-codes';
import { bitCount, bits, position, proceed } from './bit-stream';
import { copyMatch } from './copy-match';
import { isEnd, isInvalid, isLiteral, isSubtable } from './huffman';

/** Where the output of the last `codedBlock` ends, whatever that returned. */
export let codedUntil: usize = 0;

/**
 * Decodes a block to `at`; matches reach back to `output` at most. Returns the number of bytes in
 * the block, or a failure. Each turn writes at most three literals and a match, and reads 16 bytes,
 * before the next turn checks the bounds. Stops as `tooLong` after `outputEnd`, and as `endsEarly`
 * after `inputStop`; it can then be called again for the rest of the block.
 */
export function codedBlock(
  output: usize,
  at: usize,
  outputEnd: usize,
  inputStop: usize,
  literalsAt: usize,
  literalBits: u32,
  distancesAt: usize,
  distanceBits: u32,
): i32 {
  const start = at;
  const literalMask: usize = (1 << literalBits) - 1;
  const distanceMask: usize = (1 << distanceBits) - 1;
  let held = bits;
  let count = bitCount;
  let from = position;
  let status: i32 = 0;
  for (;;) {
    if (at > outputEnd) {
      status = tooLong;
      break;
    }
    if (from > inputStop) {
      status = endsEarly;
      break;
    }
    held |= load<u64>(from) << count;
    from += (63 - count) >> 3;
    count |= 56;

    let entry = load<u32>(literalsAt + ((<usize>held & literalMask) << 2));
    if ((entry & isLiteral) !== 0) {
      held >>= entry;
      count -= entry & 63;
      store<u8>(at, <u8>(entry >> 16));
      at++;
      entry = load<u32>(literalsAt + ((<usize>held & literalMask) << 2));
      if ((entry & isLiteral) !== 0) {
        held >>= entry;
        count -= entry & 63;
        store<u8>(at, <u8>(entry >> 16));
        at++;
        entry = load<u32>(literalsAt + ((<usize>held & literalMask) << 2));
        if ((entry & isLiteral) !== 0) {
          held >>= entry;
          count -= entry & 63;
          store<u8>(at, <u8>(entry >> 16));
          at++;
          continue;
        }
      }
    }
    if ((entry & (isSubtable | isEnd | isInvalid)) !== 0) {
      if ((entry & isSubtable) !== 0) {
        held >>= entry;
        count -= entry & 63;
        const index = (entry >> 16) + (<u32>held & ((1 << ((entry >> 8) & 15)) - 1));
        entry = load<u32>(literalsAt + (index << 2));
        if ((entry & isLiteral) !== 0) {
          held >>= entry;
          count -= entry & 63;
          store<u8>(at, <u8>(entry >> 16));
          at++;
          continue;
        }
      }
      if ((entry & isEnd) !== 0) {
        held >>= entry;
        count -= entry & 63;
        break;
      }
      if ((entry & isInvalid) !== 0) {
        status = badSymbol;
        break;
      }
    }
    const length = (entry >> 16) + extraBits(held, entry);
    held >>= entry;
    count -= entry & 63;

    held |= load<u64>(from) << count;
    from += (63 - count) >> 3;
    count |= 56;
    entry = load<u32>(distancesAt + ((<usize>held & distanceMask) << 2));
    if ((entry & (isSubtable | isInvalid)) !== 0) {
      if ((entry & isSubtable) !== 0) {
        held >>= entry;
        count -= entry & 63;
        const index = (entry >> 16) + (<u32>held & ((1 << ((entry >> 8) & 15)) - 1));
        entry = load<u32>(distancesAt + (index << 2));
      }
      if ((entry & isInvalid) !== 0) {
        status = badSymbol;
        break;
      }
    }
    const distance = (entry >> 16) + extraBits(held, entry);
    held >>= entry;
    count -= entry & 63;
    if (<usize>distance > at - output) {
      status = badDistance;
      break;
    }
    copyMatch(at, distance, length);
    at += length;
  }
  proceed(held, count, from);
  codedUntil = at;
  return status < 0 ? status : <i32>(at - start);
}

/** The extra bits of an entry, which follow its code. */
function extraBits(held: u64, entry: u32): u32 {
  return <u32>((held & (((<u64>1) << entry) - 1)) >> ((entry >> 8) & 15));
}
