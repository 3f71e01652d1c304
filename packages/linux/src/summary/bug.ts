import type { StackTrace } from '@vmcorekit/core';
import type { LogRecord, LostRecord } from '../printk/log-record.ts';
import { isCauseLost, type PanicMessage } from '../system/panic-message.ts';
import { culpritTraceIn, type LoggedFrame } from './call-trace.ts';
import { hasWholeSignature, type SignatureSource } from './signature.ts';

/** What led to the panic, the innermost first. */
export interface Bug {
  readonly frames: readonly LoggedFrame[];
  readonly from: SignatureSource;
}

/**
 * The frames from the one that panicked on: of the stack, else as the kernel printed them. None
 * where neither has any. Null where some are lost, and with them what the bug is.
 */
export function bugOf(
  message: PanicMessage,
  records: readonly (LogRecord | LostRecord)[],
  trace: StackTrace | null,
  culprit: number | null,
): Bug | null {
  if (isCauseLost(message, records)) {
    return null;
  }
  const own = culprit === null ? [] : (trace?.frames.slice(culprit) ?? []);
  if (culprit !== null && hasWholeSignature(own, trace?.end.isComplete === true)) {
    return { frames: own, from: 'stack' };
  }
  const logged = records.some((each) => 'lost' in each) ? [] : culpritTraceIn(records, message);
  const isNoneLost =
    trace === null || (trace.end.reason !== 'lost' && hasWholeSignature(trace.frames, true));
  return logged.length > 0 || isNoneLost ? { frames: logged, from: 'log' } : null;
}
