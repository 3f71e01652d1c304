import { wordsOf } from '../../reading/find-word.ts';
import type { ReadOnlyWindow } from './read-only-window.ts';

const tokens = 256;
/** A token is a piece of a symbol name, so it is no longer than a name. */
const tokenLimitInBytes = 512;
const indexSizeInBytes = tokens * 2;
const digitZero = 0x30;
/** `0` to `9`, each with its NUL. */
export const digitRunSizeInBytes = 20;

/**
 * The 256 strings that make up kallsyms names: `kallsyms_token_table` with NUL-terminated strings,
 * and `kallsyms_token_index` with their starts (u16). Source: Linux, scripts/kallsyms.c (the
 * compression table) and kernel/kallsyms.c.
 */
export interface TokenTable {
  /** The place of `kallsyms_token_table` in its window. */
  readonly offset: number;
  /** The place of `kallsyms_token_index`. */
  readonly indexOffset: number;
  /** The first byte after it. */
  readonly endOffset: number;
  readonly bytes: Uint8Array;
  /**
   * The start of each token in `bytes`, and one more entry for the end. A token and its NUL fill
   * [starts[i], starts[i + 1]).
   */
  readonly starts: Uint16Array;
}

/**
 * The positions in `bytes` where the tokens `0` to `9` stand in a row, as `0\0 1\0 … 9\0`. The
 * characters of symbol names are their own tokens, and digits always occur. At any alignment, four
 * words of four bytes lie in the twenty. So a look at each fourth word cannot miss them.
 */
export function* digitRuns(
  bytes: Uint8Array,
  words: Uint32Array = wordsOf(bytes),
): Generator<number, void, void> {
  let last = -1;
  for (let index = 0; index < words.length; index += 4) {
    const word = words[index] ?? 0;
    if ((word & 0xfff0fff0) !== 0x00300030 && (word & 0xf0fff0ff) !== 0x30003000) {
      continue;
    }
    const at = index * 4;
    const [first = 0, second = 0] = [bytes[at], bytes[at + 1]];
    const start = second === 0 ? at - 2 * (first - digitZero) : at + 1 - 2 * (second - digitZero);
    if (start > last && isDigitRun(bytes, start)) {
      last = start;
      yield start;
    }
  }
}

/** Whether a byte may be one of a run of digit tokens. */
export function mayBeInDigitRun(byte: number): boolean {
  return byte === 0 || isDigit(byte);
}

/** Whether two neighbours may be in one run, where each digit is followed by a NUL. */
export function areInDigitRun(first: number, second: number): boolean {
  return (first === 0 && isDigit(second)) || (second === 0 && isDigit(first));
}

function isDigit(byte: number): boolean {
  return byte >= digitZero && byte <= digitZero + 9;
}

function isDigitRun(bytes: Uint8Array, start: number): boolean {
  for (let digit = 0; digit < 10; digit++) {
    if (bytes[start + 2 * digit] !== digitZero + digit || bytes[start + 2 * digit + 1] !== 0) {
      return false;
    }
  }
  return true;
}

/**
 * Reads the table around a run of digit tokens; undefined where the bytes are no table. The index
 * after the table gives the start of each of the 256 tokens. All of both must agree, so this is no
 * guess. Throws where memory cannot be read.
 */
export function readTokenTable(
  window: ReadOnlyWindow,
  digitRunOffset: number,
): TokenTable | undefined {
  const end = endOfTokens(window, digitRunOffset, tokens - digitZero);
  if (end === undefined) {
    return undefined;
  }
  for (const alignment of [8, 4]) {
    const indexOffset = Math.ceil(end / alignment) * alignment;
    const start = digitRunOffset - uint16(window, indexOffset + 2 * digitZero);
    const table =
      start >= 0 && start % 4 === 0 ? tableAt(window, start, end, indexOffset) : undefined;
    if (table !== undefined) {
      return table;
    }
  }
  return undefined;
}

function tableAt(
  window: ReadOnlyWindow,
  start: number,
  end: number,
  indexOffset: number,
): TokenTable | undefined {
  const bytes = new Uint8Array(end - start);
  const starts = new Uint16Array(tokens + 1);
  let token = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = window.uint8(start + at);
    bytes[at] = byte;
    if (byte === 0) {
      token += 1;
      if (token > tokens) {
        return undefined;
      }
      starts[token] = at + 1;
    }
  }
  if (token !== tokens) {
    return undefined;
  }
  for (let index = 0; index < tokens; index++) {
    if (uint16(window, indexOffset + 2 * index) !== starts[index]) {
      return undefined;
    }
  }
  const endOffset = indexOffset + indexSizeInBytes;
  return { offset: start, indexOffset, endOffset, bytes, starts };
}

function endOfTokens(window: ReadOnlyWindow, offset: number, count: number): number | undefined {
  let at = offset;
  for (let token = 0; token < count; token++) {
    const limit = at + tokenLimitInBytes;
    while (window.uint8(at) !== 0) {
      at += 1;
      if (at > limit) {
        return undefined;
      }
    }
    at += 1;
  }
  return at;
}

function uint16(window: ReadOnlyWindow, offset: number): number {
  const first = window.uint8(offset);
  const second = window.uint8(offset + 1);
  return window.byteOrder === 'little' ? first | (second << 8) : (first << 8) | second;
}
