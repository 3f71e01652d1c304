import { endOfMatch } from './match-length';

const shortestMatch: u32 = 4;
const longestMatch: u32 = 258;
const farthestMatch: u32 = 32768;
const tableBits: u32 = 12;
const multiplier: u32 = 0x9e3779b1;
const baseLimit: u32 = 1 << 29;
/** A match of this length ends the search for a better one. */
const goodMatch: u32 = 24;
/** The longer no match is found, the wider the steps of the search: so noise costs little. */
const hastenShift: u32 = 7;

/**
 * The last two positions for each hash, plus a base. A value below the base is from an earlier
 * page, so nothing needs to be cleared.
 */
const table: usize = memory.data(32768, 16);
let base: u32 = 1;

/**
 * A literal is its byte; a match has its length from bit 16 on and its distance below. Room for a
 * page of 65,536 literals.
 */
export const tokens: usize = memory.data(262160, 16);

export const literalFrequencies: usize = memory.data(1152, 16);
export const distanceFrequencies: usize = memory.data(128, 16);

/**
 * Splits the input into literals and matches at `tokens`, and counts their symbols. Returns the end
 * of the tokens.
 */
export function findTokens(input: usize, size: u32): usize {
  memory.fill(literalFrequencies, 0, 1152);
  memory.fill(distanceFrequencies, 0, 128);
  if (base > baseLimit) {
    memory.fill(table, 0, 32768);
    base = 1;
  }
  let to = tokens;
  let at: u32 = 0;
  let literalsFrom: u32 = 0;
  while (at + shortestMatch <= size) {
    const word = load<u32>(input + at);
    const slot = table + (((word * multiplier) >> (32 - tableBits)) << 3);
    const newer = load<u32>(slot);
    const older = load<u32>(slot, 4);
    store<u32>(slot, at + base);
    store<u32>(slot, newer, 4);
    const end = min(size, at + longestMatch);
    let length: u32 = 0;
    let distance: u32 = 0;
    if (
      newer >= base &&
      at + base - newer <= farthestMatch &&
      load<u32>(input + newer - base) === word
    ) {
      distance = at + base - newer;
      length = endOfMatch(input, newer - base + shortestMatch, at + shortestMatch, end) - at;
    }
    if (
      length < goodMatch &&
      older >= base &&
      at + base - older <= farthestMatch &&
      load<u32>(input + older - base) === word
    ) {
      const other = endOfMatch(input, older - base + shortestMatch, at + shortestMatch, end) - at;
      if (other > length) {
        length = other;
        distance = at + base - older;
      }
    }
    if (length === 0) {
      at += 1 + ((at - literalsFrom) >> hastenShift);
      continue;
    }
    to = literalTokens(input, literalsFrom, at, to);
    store<u32>(to, (length << 16) | distance);
    to += 4;
    count(literalFrequencies + ((257 + lengthSymbol(length)) << 2));
    count(distanceFrequencies + (distanceSymbol(distance) << 2));
    const matchEnd = at + length;
    const insertEnd = min(matchEnd, size - 3);
    for (at++; at < insertEnd; at++) {
      const inner = table + (((load<u32>(input + at) * multiplier) >> (32 - tableBits)) << 3);
      store<u32>(inner, load<u32>(inner), 4);
      store<u32>(inner, at + base);
    }
    at = matchEnd;
    literalsFrom = matchEnd;
  }
  base += size;
  return literalTokens(input, literalsFrom, size, to);
}

function literalTokens(input: usize, from: u32, end: u32, to: usize): usize {
  for (let at = from; at < end; at++) {
    const byte: u32 = load<u8>(input + at);
    store<u32>(to, byte);
    to += 4;
    count(literalFrequencies + (byte << 2));
  }
  return to;
}

export function count(slot: usize): void {
  store<u32>(slot, load<u32>(slot) + 1);
}

/** One of 29, in the order of the lengths; the number of extra bits follows from it. */
export function lengthSymbol(length: u32): u32 {
  const rest = length - 3;
  if (rest < 8) {
    return rest;
  }
  if (length === longestMatch) {
    return 28;
  }
  const extra = 29 - clz(rest);
  return (extra << 2) + 4 + ((rest >> extra) & 3);
}

export function distanceSymbol(distance: u32): u32 {
  const rest = distance - 1;
  if (rest < 4) {
    return rest;
  }
  const extra = 30 - clz(rest);
  return (extra << 1) + 2 + ((rest >> extra) & 1);
}
