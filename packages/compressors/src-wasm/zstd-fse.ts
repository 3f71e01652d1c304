import { badProbabilities } from '../src/wasm/failure-codes';

/**
 * Decoding tables of zstd's finite state entropy codes. An entry has 32 bits: the symbol in the low
 * 8, the number of bits to read in the next 8, and above them what the next state is less those
 * bits. Source: RFC 8878, section 4.1.
 */
const counts: usize = memory.data(512, 16);
const nexts: usize = memory.data(512, 16);

/** The accuracy of the table described last, in bits. */
export let readLog: u32 = 0;

/** A code that has one symbol, and takes no bits. */
export function buildSingle(table: usize, symbol: u32): void {
  store<u32>(table, symbol);
}

/**
 * Reads the description of a table at `input`, and builds it at `table`. Returns how many bytes it
 * takes, or a failure.
 */
export function readTable(
  input: usize,
  end: usize,
  maxLog: u32,
  maxSymbol: u32,
  table: usize,
): i32 {
  memory.fill(counts, 0, 512);
  let bit: u32 = 0;
  const bitEnd = (<u32>(end - input)) << 3;
  if (bitEnd === 0) {
    return badProbabilities;
  }
  const log = (<u32>load<u8>(input) & 15) + 5;
  bit = 4;
  if (log > maxLog) {
    return badProbabilities;
  }
  let remaining: i32 = (1 << log) + 1;
  let threshold: i32 = 1 << log;
  let width = log + 1;
  let symbol: u32 = 0;
  let wasZero = false;
  while (remaining > 1 && symbol <= maxSymbol) {
    if (wasZero) {
      let repeats: u32 = 3;
      while (repeats === 3) {
        repeats = peek(input, bit) & 3;
        bit += 2;
        symbol += repeats;
        if (bit > bitEnd || symbol > maxSymbol) {
          return badProbabilities;
        }
      }
    }
    const most = 2 * threshold - 1 - remaining;
    const word = <i32>peek(input, bit);
    let count = word & (threshold - 1);
    if (count < most) {
      bit += width - 1;
    } else {
      count = word & (2 * threshold - 1);
      if (count >= threshold) {
        count -= most;
      }
      bit += width;
    }
    if (bit > bitEnd) {
      return badProbabilities;
    }
    count--;
    remaining -= abs(count);
    store<i16>(counts + (symbol << 1), <i16>count);
    symbol++;
    wasZero = count === 0;
    while (remaining < threshold) {
      width--;
      threshold >>= 1;
      if (threshold === 0) {
        return badProbabilities;
      }
    }
  }
  if (remaining !== 1) {
    return badProbabilities;
  }
  readLog = log;
  return buildTable(table, log, symbol) ? <i32>((bit + 7) >> 3) : badProbabilities;
}

/** Builds a table of the probabilities at `source`, as many words of 16 bits as symbols. */
export function buildDefault(table: usize, log: u32, source: usize, symbols: u32): void {
  memory.copy(counts, source, symbols << 1);
  buildTable(table, log, symbols);
}

function peek(input: usize, bit: u32): u32 {
  return load<u32>(input + (bit >> 3)) >> (bit & 7);
}

function buildTable(table: usize, log: u32, symbols: u32): bool {
  const size: u32 = 1 << log;
  const mask = size - 1;
  let last = size - 1;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const count = load<i16>(counts + (symbol << 1));
    store<u16>(nexts + (symbol << 1), count < 0 ? 1 : count);
    if (count < 0) {
      store<u32>(table + (last << 2), symbol);
      last--;
    }
  }
  const step = (size >> 1) + (size >> 3) + 3;
  let at: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const count = <i32>load<i16>(counts + (symbol << 1));
    for (let done: i32 = 0; done < count; done++) {
      store<u32>(table + (at << 2), symbol);
      do {
        at = (at + step) & mask;
      } while (at > last);
    }
  }
  if (at !== 0) {
    return false;
  }
  for (let state: u32 = 0; state < size; state++) {
    const slot = table + (state << 2);
    const symbol = load<u32>(slot);
    const next: u32 = load<u16>(nexts + (symbol << 1));
    store<u16>(nexts + (symbol << 1), <u16>(next + 1));
    const bits = log - (31 - clz(next));
    store<u32>(slot, (((next << bits) - size) << 16) | (bits << 8) | symbol);
  }
  return true;
}
