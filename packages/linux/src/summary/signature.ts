import type { StackFrame } from '@vmcorekit/core';
import { fnv1a64 } from './fnv-1a.ts';
import { functionNameOf } from './panic-machinery.ts';

/** What dumps of the same bug have in common. */
export interface CrashSignature {
  /** The panic, and the functions that led to it: `sysrq triggered crash | foo < bar`. */
  readonly text: string;
  /** FNV-1a 64 of `text`, as 16 hexadecimal digits. Not cryptographic. */
  readonly hash: string;
  /** The functions in `text`. */
  readonly functions: readonly string[];
}

/** Where the functions of a signature are from: the unwound stack, or the trace in the log. */
export type SignatureSource = 'stack' | 'log';

const maxFunctions = 5;
const maxTextInCharacters = 256;

/** Every system call and thread begins there, so they name no bug. Source: arch/x86/entry. */
const entries =
  /^(?:entry_|asm_|ret_from_fork|do_syscall_|do_int80|x64_sys_call|secondary_startup)/;

/**
 * The signature of a panic. `reason` is the line of the fault, else that of the panic. `frames`
 * begin at the function that panicked. What changes from boot to boot and from build to build is
 * left out: numbers, addresses, offsets, and the suffixes of a compiler. An interrupt's frames end
 * where it interrupted something, because that has no part in it. Guessed frames do not count.
 */
export function signatureOf(
  reason: string,
  frames: readonly Pick<StackFrame, 'symbol' | 'kind' | 'isGuess'>[],
): CrashSignature {
  const end = frames.findIndex(
    ({ kind }, index) => kind === 'user' || (index > 0 && kind === 'interrupted'),
  );
  const functions = frames
    .slice(0, end < 0 ? undefined : end)
    .flatMap(({ symbol, isGuess }) =>
      symbol === null || isGuess || entries.test(symbol) ? [] : [ascii(functionNameOf(symbol))],
    )
    .slice(0, maxFunctions);
  const text = [normalizedReason(reason), ...(functions.length > 0 ? [functions.join(' < ')] : [])]
    .join(' | ')
    .slice(0, maxTextInCharacters);
  return { text, hash: fnv1a64(text), functions };
}

/**
 * Whether all frames are known that `signatureOf` takes: one that is cut off, guessed or without a
 * name would make another signature of the same bug.
 */
export function hasWholeSignature(
  frames: readonly Pick<StackFrame, 'symbol' | 'kind' | 'isGuess'>[],
  isComplete: boolean,
): boolean {
  let functions = 0;
  for (const [index, { symbol, kind, isGuess }] of frames.entries()) {
    if (kind === 'user' || (index > 0 && kind === 'interrupted') || functions === maxFunctions) {
      return true;
    }
    if (symbol === null || isGuess) {
      return false;
    }
    functions += entries.test(symbol) ? 0 : 1;
  }
  return isComplete || functions === maxFunctions;
}

/** The line without what differs between two panics of one bug: `N` stands for a number. */
export function normalizedReason(line: string): string {
  return ascii(line)
    .replace(/^Kernel panic - not syncing: /, '')
    .replace(/^Oops: (?=[a-z])/, '')
    .replace(/(?:: [0-9a-f]+)? *\[#\d+\].*$/, '')
    .replace(/\+0x[0-9a-f]+\/0x[0-9a-f]+/gi, '')
    .replace(/\b0x[0-9a-f]+\b/gi, 'N')
    .replace(/\b(?=[a-f]*\d)[0-9a-f]{8,}\b/gi, 'N')
    .replace(/\b\d+\b/g, 'N')
    .trim();
}

/** One byte a character, and nothing that a terminal obeys. */
function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}
