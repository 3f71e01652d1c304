import { hexOf } from '@vmcorekit/core';
import type { FindPattern } from './pattern.ts';

/**
 * Calls back with every index in `block`, from `from` on, at which the pattern lies as a whole:
 * ascending, overlapping ones too. Ends where the callback says false. Index 0 of the block counts
 * as aligned.
 */
export type Matcher = (
  block: Uint8Array,
  from: number,
  onMatch: (index: number) => boolean,
) => void;

/** Node's, where there is one: it searches at the speed of memory. */
interface Finder {
  indexOf(value: Uint8Array | number, from: number): number;
  latin1Slice(start: number, end: number): string;
}
const nodeBuffer = (
  globalThis as unknown as {
    readonly Buffer?: { from(buffer: ArrayBufferLike, offset: number, length: number): Finder };
  }
).Buffer;

/** The fastest way to find a pattern. */
export function matcherOf({ bytes, orBytes, alignmentInBytes }: FindPattern): Matcher {
  if (orBytes !== undefined) {
    return expressionMatcher(bytes, orBytes);
  }
  if (alignmentInBytes === bytes.length && bytes.length > 1) {
    return wordMatcher(bytes);
  }
  return byteMatcher(bytes, alignmentInBytes);
}

function byteMatcher(bytes: Uint8Array, alignmentInBytes: number): Matcher {
  return (block, from, onMatch) => {
    const indexOf = indexIn(block, bytes);
    for (let at = indexOf(from); at >= 0; at = indexOf(at + 1)) {
      if (at % alignmentInBytes === 0 && !onMatch(at)) {
        return;
      }
    }
  };
}

function indexIn(block: Uint8Array, bytes: Uint8Array): (from: number) => number {
  if (bytes.length === 1) {
    return (from) => block.indexOf(bytes[0] ?? 0, from);
  }
  if (nodeBuffer !== undefined) {
    const buffer = nodeBuffer.from(block.buffer, block.byteOffset, block.length);
    return (from) => (from >= block.length ? -1 : buffer.indexOf(bytes, from));
  }
  return (from) => {
    const last = block.length - bytes.length;
    const [first = 0] = bytes;
    for (let at = block.indexOf(first, from); at >= 0 && at <= last; ) {
      if (bytes.every((byte, index) => block[at + index] === byte)) {
        return at;
      }
      at = block.indexOf(first, at + 1);
    }
    return -1;
  };
}

/** Words at their own alignment: one comparison a word, whatever bytes they begin with. */
function wordMatcher(bytes: Uint8Array): Matcher {
  const size = bytes.length;
  const words = (block: Uint8Array) => {
    const count = Math.floor(block.length / size);
    return size === 2
      ? new Uint16Array(block.buffer, block.byteOffset, count)
      : size === 4
        ? new Uint32Array(block.buffer, block.byteOffset, count)
        : new BigUint64Array(block.buffer, block.byteOffset, count);
  };
  const [wanted] = words(Uint8Array.from(bytes));
  return (block, from, onMatch) => {
    const all = words(block) as { indexOf(value: unknown, from: number): number };
    for (
      let at = all.indexOf(wanted, Math.ceil(from / size));
      at >= 0;
      at = all.indexOf(wanted, at + 1)
    ) {
      if (!onMatch(at * size)) {
        return;
      }
    }
  };
}

/** Either of two bytes at each place, as a regular expression over the block as Latin-1. */
function expressionMatcher(bytes: Uint8Array, orBytes: Uint8Array): Matcher {
  const classes = Array.from(bytes, (byte, index) => {
    const other = orBytes[index] ?? byte;
    return other === byte ? codeOf(byte) : `[${codeOf(byte)}${codeOf(other)}]`;
  });
  const expression = new RegExp(classes.join(''), 'g');
  return (block, from, onMatch) => {
    const text = latin1(block);
    expression.lastIndex = from;
    for (let match = expression.exec(text); match !== null; match = expression.exec(text)) {
      if (!onMatch(match.index)) {
        return;
      }
      expression.lastIndex = match.index + 1;
    }
  };
}

function codeOf(byte: number): string {
  return `\\x${hexOf[byte]}`;
}

function latin1(block: Uint8Array): string {
  if (nodeBuffer !== undefined) {
    return nodeBuffer
      .from(block.buffer, block.byteOffset, block.length)
      .latin1Slice(0, block.length);
  }
  let text = '';
  for (let at = 0; at < block.length; at += 4096) {
    text += String.fromCharCode(...block.subarray(at, at + 4096));
  }
  return text;
}
