import { addressOf } from '@vmcorekit/analyzers';
import { hex, type Kernel, type KernelMemory, parseAddress, VmcorekitError } from '@vmcorekit/core';
import {
  bytesInText,
  bytesPattern,
  type FindPattern,
  numberPattern,
  textPattern,
} from '@vmcorekit/engine';
import type { FindKind, FindQuery } from '../../protocol/find-calls.ts';

/** What is wanted, for people: `the text 'x'`. */
export interface WantedPattern {
  readonly text: string;
  readonly pattern: FindPattern;
}

type Memory = Pick<KernelMemory, 'byteOrder' | 'wordSizeInBits'>;

const sizes: Readonly<Partial<Record<FindKind, 1 | 2 | 4 | 8>>> = { u8: 1, u16: 2, u32: 4, u64: 8 };

/** The pattern that a form asks for. Throws `usage`. */
export function wantedPattern(
  { kind, wanted, ignoresCase, isUtf16, isUnaligned }: FindQuery,
  memory: Memory,
  kernel: Kernel | null,
): WantedPattern {
  const { byteOrder, wordSizeInBits } = memory;
  if (kind === 'text') {
    const options = { ignoresCase, ...(isUtf16 ? { utf16: byteOrder } : {}) };
    return { text: `the text '${wanted}'`, pattern: textPattern(wanted, options) };
  }
  if (kind === 'bytes') {
    const bytes = bytesInText(wanted);
    if (bytes === undefined) {
      const allowed = "two hexadecimal digits a byte, like 'de ad be ef'";
      throw new VmcorekitError('usage', { what: 'the bytes', got: wanted, allowed });
    }
    return { text: 'the bytes', pattern: bytesPattern(bytes) };
  }
  const value = numberOf(wanted.trim(), 'the number', kernel);
  const size = sizes[kind] ?? (wordSizeInBits === 64 ? 8 : 4);
  const pattern = numberPattern(value, size, byteOrder, !isUnaligned);
  return { text: `the number ${hex(value)}`, pattern };
}

/** The number or, with a kernel, the symbol that a text names. Throws `usage`. */
export function numberOf(text: string, what: string, kernel: Kernel | null): bigint {
  if (/^-\d+$/.test(text)) {
    return BigInt(text);
  }
  return /^\d/.test(text) || kernel === null ? parseAddress(text, what) : addressOf(kernel, text);
}
