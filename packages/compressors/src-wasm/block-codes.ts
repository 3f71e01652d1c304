import { badCodeLengths, endsEarly } from '../src/wasm/failure-codes';
import { bitCount, bits, drop, inputEnd, position, proceed, refill } from './bit-stream';
import { buildTable, builtBits } from './huffman';
import {
  distanceTableBits,
  distanceTemplates,
  lengthCodeOrder,
  lengthTemplates,
  literalTableBits,
  literalTemplates,
} from './inflate-codes';

export const literalTable: usize = memory.data(6144, 16);
export const distanceTable: usize = memory.data(3072, 16);
const lengthTable: usize = memory.data(512, 16);
/** Code lengths of both alphabets; a repeat may write up to 152 too many. */
const codeLengths: usize = memory.data(512, 16);
const lengthCodeLengths: usize = memory.data(32, 16);

/** The number of bits that index each table of the block's codes. */
export let literalBits: u32 = 0;
export let distanceBits: u32 = 0;

/** Reads the codes of a block and builds its tables. Returns 0 or a failure. */
export function readCodes(): i32 {
  refill();
  const literals: u32 = 257 + (<u32>bits & 31);
  const distances: u32 = 1 + ((<u32>bits >> 5) & 31);
  const lengthCodes: u32 = 4 + ((<u32>bits >> 10) & 15);
  drop(14);
  if (literals > 286 || distances > 30) {
    return badCodeLengths;
  }
  v128.store(lengthCodeLengths, i32x4.splat(0));
  v128.store(lengthCodeLengths, i32x4.splat(0), 16);
  for (let index: u32 = 0; index < lengthCodes; index++) {
    if (bitCount < 3) {
      refill();
    }
    store<u8>(lengthCodeLengths + load<u8>(lengthCodeOrder + index), <u8>bits & 7);
    drop(3);
  }
  if (!buildTable(lengthTable, 7, lengthCodeLengths, 19, lengthTemplates, false)) {
    return badCodeLengths;
  }
  const status = readCodeLengths(literals + distances, (1 << builtBits) - 1);
  if (status !== 0) {
    return status;
  }
  if (
    load<u8>(codeLengths, 256) === 0 ||
    !buildTable(
      distanceTable,
      distanceTableBits,
      codeLengths + literals,
      distances,
      distanceTemplates,
      true,
    )
  ) {
    return badCodeLengths;
  }
  distanceBits = builtBits;
  if (!buildTable(literalTable, literalTableBits, codeLengths, literals, literalTemplates, true)) {
    return badCodeLengths;
  }
  literalBits = builtBits;
  return 0;
}

function readCodeLengths(total: u32, mask: u32): i32 {
  let index: u32 = 0;
  let held = bits;
  let count = bitCount;
  let from = position;
  const end = inputEnd + 8;
  while (index < total) {
    held |= load<u64>(from) << count;
    from += (63 - count) >> 3;
    count |= 56;
    if (from > end) {
      return endsEarly;
    }
    const entry = load<u32>(lengthTable + ((<usize>held & mask) << 2));
    const symbol = entry >> 16;
    held >>= entry;
    count -= entry & 63;
    if (symbol < 16) {
      store<u8>(codeLengths + index, <u8>symbol);
      index++;
      continue;
    }
    let repeated: u8 = 0;
    let times: u32;
    if (symbol === 16) {
      if (index === 0) {
        return badCodeLengths;
      }
      repeated = load<u8>(codeLengths + index - 1);
      times = 3 + (<u32>held & 3);
      held >>= 2;
      count -= 2;
    } else if (symbol === 17) {
      times = 3 + (<u32>held & 7);
      held >>= 3;
      count -= 3;
    } else {
      times = 11 + (<u32>held & 127);
      held >>= 7;
      count -= 7;
    }
    if (index + times > total) {
      return badCodeLengths;
    }
    const pattern = i8x16.splat(repeated);
    for (let done: u32 = 0; done < times; done += 16) {
      v128.store(codeLengths + index + done, pattern);
    }
    index += times;
  }
  proceed(held, count, from);
  return 0;
}
