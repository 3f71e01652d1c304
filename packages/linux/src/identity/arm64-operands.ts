const instructionSizeInBytes = 4;
/** Compilers put other instructions between those that form an address. */
const maxDistanceInBytes: number = 16 * instructionSizeInBytes;
const registerMask = 31;
const adrpMask = 0x9f00_0000;
const adrp = 0x9000_0000;
const placeMask = 0xffc0_0000;
const add = 0x9100_0000;
const load = 0xf940_0000;
const store = 0xf900_0000;
const loadPair = 0xa940_0000;
const storePair = 0xa900_0000;

/** What code put into a register, and where. */
interface Held {
  readonly address: bigint;
  readonly at: number;
}

/**
 * The addresses that code of arm64 forms, of variables and tables. ADRP gives a page, as a signed
 * distance of 21 bits in pages. ADD, LDR, STR, LDP and STP of 64 bits give places from there; ADD
 * keeps its own for others. Instructions are little-endian in big-endian kernels, too. Source: Arm
 * Architecture Reference Manual, DDI 0487, C6.2.
 */
export function* arm64AddressesIn(code: DataView, start: bigint): Generator<bigint, void, void> {
  const held: (Held | undefined)[] = [];
  const end = code.byteLength - instructionSizeInBytes;
  for (let at = 0; at <= end; at += instructionSizeInBytes) {
    const word = code.getUint32(at, true);
    const target = word & registerMask;
    if ((word & adrpMask) >>> 0 === adrp) {
      held[target] = { address: pageOf(word, start + BigInt(at)), at };
      continue;
    }
    const base = held[(word >>> 5) & registerMask];
    if (base === undefined || at - base.at > maxDistanceInBytes) {
      continue;
    }
    const places = placesOf(word).map((place) => base.address + BigInt(place));
    yield* places;
    const [address] = places;
    if (address !== undefined && (word & placeMask) >>> 0 === add) {
      held[target] = { address, at };
    }
  }
}

/** Bits 23 to 5 count pages, signed, above bits 30 and 29. */
function pageOf(word: number, here: bigint): bigint {
  const pages = (((word << 8) >> 13) << 2) | ((word >>> 29) & 3);
  return (here & ~0xfffn) + BigInt(pages) * 0x1000n;
}

/** How far from its register an instruction goes; nothing for others than those named above. */
function placesOf(word: number): number[] {
  const unsigned = (word >>> 10) & 0xfff;
  switch ((word & placeMask) >>> 0) {
    case add:
      return [unsigned];
    case load:
    case store:
      return [unsigned * 8];
    case loadPair:
    case storePair: {
      // Bits 21 to 15, signed.
      const first = ((word << 10) >> 25) * 8;
      return [first, first + 8];
    }
    default:
      return [];
  }
}
