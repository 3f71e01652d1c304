import {
  badBlockType,
  badChecksum,
  badCodeLengths,
  badDistance,
  badStoredLength,
  badSymbol,
  endsEarly,
  goesOn,
  noZlibHeader,
  tooLong,
  wantsDictionary,
} from '../src/wasm/failure-codes';
import { adler32 } from './adler32';
import { copyLiterals, copyMatch } from './copy-match';
import { buildTable, builtBits, isEnd, isInvalid, isLiteral, isSubtable } from './huffman';
import {
  distanceTableBits,
  distanceTemplates,
  fixedDistanceBits,
  fixedDistanceTable,
  fixedLiteralBits,
  fixedLiteralTable,
  lengthCodeOrder,
  lengthTemplates,
  literalTableBits,
  literalTemplates,
} from './inflate-codes';

const literalTable: usize = memory.data(6144, 16);
const distanceTable: usize = memory.data(3072, 16);
const lengthTable: usize = memory.data(512, 16);
/** Code lengths of both alphabets; a repeat may write up to 152 too many. */
const codeLengths: usize = memory.data(512, 16);
const lengthCodeLengths: usize = memory.data(32, 16);

/** The stream: bits taken from `position` and not used yet, the first of them lowest. */
let bits: u64 = 0;
let bitCount: u32 = 0;
let position: usize = 0;
let inputEnd: usize = 0;
/** Of the block's codes. */
let literalBits: u32 = 0;
let distanceBits: u32 = 0;

/**
 * Decodes the zlib stream of `size` bytes at `input` to `output` and returns how many bytes it holds, or a failure. The stream ends
 * where the input does. Source: RFC 1950 and 1951; what is refused is what zlib 1.3 refuses.
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
  inputEnd = input + size;
  // What is read behind the end is the same whatever page was here before.
  v128.store(inputEnd, i32x4.splat(0));
  v128.store(inputEnd, i32x4.splat(0), 16);
  bits = 0;
  bitCount = 0;
  position = input + 2;
  const length = blocks(output, limit);
  const used = position - (bitCount >> 3);
  if (length < 0) {
    // Zeros were read for what is missing, and they may mean anything.
    return used > inputEnd ? endsEarly : length;
  }
  if (used + 4 > inputEnd) {
    return endsEarly;
  }
  if (bswap<u32>(load<u32>(used)) !== adler32(output, length)) {
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
      literalBits = fixedLiteralBits;
      distanceBits = fixedDistanceBits;
      status = codedBlock(output, at, outputEnd, fixedLiteralTable(), fixedDistanceTable());
    } else if (type === 2) {
      status = readCodes();
      if (status === 0) {
        status = codedBlock(output, at, outputEnd, literalTable, distanceTable);
      }
    } else {
      return badBlockType;
    }
    if (status < 0) {
      return status;
    }
    at += status;
    if ((header & 1) !== 0) {
      return <i32>(at - output);
    }
  }
  return endsEarly;
}

/** Tops the bits up to 56 at least. Reads zeros behind the input's end; whoever loops sees by `position` that it went too far. */
// @ts-expect-error: a decorator of AssemblyScript
function refill(): void {
  bits |= load<u64>(position) << bitCount;
  position += (63 - bitCount) >> 3;
  bitCount |= 56;
}

// @ts-expect-error: a decorator of AssemblyScript
function drop(count: u32): void {
  bits >>= count;
  bitCount -= count;
}

/** Bytes as they are, from the next whole byte on. Returns how many, or a failure. */
function storedBlock(output: usize, outputEnd: usize): i32 {
  const from = position - (bitCount >> 3);
  bits = 0;
  bitCount = 0;
  position = from + 4;
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
  position += length;
  return length;
}

/** Reads the codes of a block and builds its tables. Returns 0 or a failure. */
function readCodes(): i32 {
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
    !buildTable(distanceTable, distanceTableBits, codeLengths + literals, distances, distanceTemplates, true)
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
  bits = held;
  bitCount = count;
  position = from;
  return 0;
}

/**
 * Decodes a block to `at`; matches reach back to `output` at most. Returns how many bytes it holds, or a failure. Each turn writes at most
 * three literals and a match, and reads 16 bytes, before the next sees whether that was too much.
 */
function codedBlock(output: usize, at: usize, outputEnd: usize, literalsAt: usize, distancesAt: usize): i32 {
  const start = at;
  const literalMask: usize = (1 << literalBits) - 1;
  const distanceMask: usize = (1 << distanceBits) - 1;
  const end = inputEnd + 8;
  let held = bits;
  let count = bitCount;
  let from = position;
  let status: i32 = 0;
  for (;;) {
    if (at > outputEnd) {
      status = tooLong;
      break;
    }
    if (from > end) {
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
  bits = held;
  bitCount = count;
  position = from;
  if (status === 0 && at > outputEnd) {
    return tooLong;
  }
  return status < 0 ? status : <i32>(at - start);
}

/** The bits that follow an entry's code and are its own. */
// @ts-expect-error: a decorator of AssemblyScript
function extraBits(held: u64, entry: u32): u32 {
  return <u32>((held & (((<u64>1) << entry) - 1)) >> ((entry >> 8) & 15));
}
