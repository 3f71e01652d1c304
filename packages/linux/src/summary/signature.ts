import type { PanicMessage } from '../system/panic-message.ts';
import { type CrashKind, crashClassOf, crashLineOf } from './crash-kind.ts';
import { fnv1a64 } from './fnv-1a.ts';
import { normalizedMessage } from './normalized-message.ts';

/**
 * The version of the rules that signatures are made by. A change that gives a crash another
 * signature raises it, so that no two versions have a hash in common.
 */
export const signatureScheme = 1;

/**
 * Where the functions of a signature are from: the unwound stack, or the trace in the log.
 * `message` where it has none.
 */
export type SignatureSource = 'stack' | 'log' | 'message';

/** What dumps of the same bug have in common. */
export interface CrashSignature {
  /** `signatureScheme` of the program that made it. */
  readonly scheme: number;
  readonly kind: CrashKind;
  /** The line of the oops, else of the panic, without numbers: `sysrq triggered crash`. */
  readonly message: string;
  /** The functions that led to it, the innermost first, at most five. */
  readonly functions: readonly string[];
  /**
   * False where the stack is needed and not proved. Such a signature has no functions, and its hash
   * is never that of a whole one.
   */
  readonly isWhole: boolean;
  /** All of it for people: `sysrq triggered crash | foo < bar`. */
  readonly text: string;
  /**
   * FNV-1a 64 of scheme, kind and `text`, as 16 hexadecimal digits after `v1-`. Not cryptographic.
   * Null where what is known is common to different bugs.
   */
  readonly hash: string | null;
  readonly from: SignatureSource;
}

const maxMessageInCharacters = 200;
/** Stands for functions that are not known. */
const unknown = '?';

/** What led to a crash. */
export interface FoundFunctions {
  readonly functions: readonly string[];
  readonly from: SignatureSource;
}

/**
 * The signature of a crash. `found` has the functions that led to it; null where they are not
 * known. A part of them would make the signature of another bug.
 */
export function signatureOf(
  panic: Pick<PanicMessage, 'text' | 'oops'>,
  found: FoundFunctions | null,
): CrashSignature {
  const { kind, accused, isTelling = false, ...fixed } = crashClassOf(panic);
  const message =
    fixed.message ?? normalizedMessage(crashLineOf(panic)).slice(0, maxMessageInCharacters);
  const needsStack = accused !== 'none';
  const functions = needsStack ? (found?.functions ?? []) : [];
  const isWhole = !needsStack || functions.length > 0;
  const path = functions.length > 0 ? functions.join(' < ') : unknown;
  const text = needsStack ? `${message} | ${path}` : message;
  return {
    scheme: signatureScheme,
    kind,
    message,
    functions,
    isWhole,
    text,
    hash: isWhole || isTelling ? hashOf(kind, text) : null,
    from: found !== null && functions.length > 0 ? found.from : 'message',
  };
}

function hashOf(kind: CrashKind, text: string): string {
  return `v${signatureScheme}-${fnv1a64(`v${signatureScheme} ${kind} ${text}`)}`;
}
