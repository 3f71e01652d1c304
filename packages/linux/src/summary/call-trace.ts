import type { StackFrame } from '@vmcorekit/core';
import type { LogRecord, LostRecord } from '../printk/log-record.ts';
import type { PanicMessage } from '../system/panic-message.ts';
import { culpritIndex } from './panic-machinery.ts';

/** A frame as the kernel printed it. */
export type LoggedFrame = Pick<StackFrame, 'symbol' | 'kind' | 'isGuess' | 'module'>;

/** Source: Linux, arch/x86/kernel/dumpstack.c, arch/arm64/kernel/stacktrace.c. */
const traceStart = /^Call [Tt]race:/;
/** ` ? foo+0x1/0x2 [module]`: the kernel puts `?` before what it only found on the stack. */
const frameLine = /^\s*(\? )?([\w.$]{1,128})\+0x([0-9a-f]+)\/0x[0-9a-f]+(?: \[([\w-]{1,64})\b)?/;
/** The instruction that was interrupted, by code segment: 0033 and 0023 are of programs. */
const instructionLine = /^RIP: (\w{4}):([\w.$]{1,128})\+0x/;
const userLine = /^RIP: 00[23]3:/;
const maxFrames = 128;

/**
 * The stack of a panic as the kernel printed it, the innermost first; empty where it printed none.
 * Of an oops it begins with the instruction that failed, which stands before the trace.
 */
export function callTraceIn(
  records: readonly (LogRecord | LostRecord)[],
  { text, oops }: Pick<PanicMessage, 'text' | 'oops'>,
): LoggedFrame[] {
  const own = records.filter(
    (record): record is LogRecord => !('lost' in record) && record.facility === 0,
  );
  const panicAt = own.findLastIndex((record) => record.text === text);
  const last = oops.at(-1);
  const oopsAt =
    last === undefined ? -1 : own.slice(0, panicAt).findLastIndex((each) => each.text === last);
  const from = oopsAt < 0 ? panicAt : oopsAt;
  const caller = own[from]?.caller;
  // The lines of an oops come before those of the panic that it leads to.
  const lines = own
    .slice(from + 1, oopsAt < 0 ? undefined : panicAt)
    .filter((record) => record.caller === caller)
    .map((record) => record.text);
  const frames: LoggedFrame[] = [];
  let isTrace = false;
  for (const line of lines) {
    if (userLine.test(line) || frames.length >= maxFrames) {
      break;
    }
    isTrace ||= traceStart.test(line);
    const frame = instructionOf(line) ?? (isTrace ? frameOf(line) : undefined);
    // An oops repeats its instruction after the trace.
    if (frame !== undefined && (isTrace || frames.length === 0)) {
      frames.push(frame);
    }
  }
  return frames;
}

/** The same from the function that panicked or faulted on; an oops begins with it. */
export function culpritTraceIn(
  records: readonly (LogRecord | LostRecord)[],
  message: PanicMessage,
): LoggedFrame[] {
  const frames = callTraceIn(records, message);
  const culprit = culpritIndex(frames, message.text);
  return frames.slice(culprit ?? (message.oops.length > 0 ? 0 : frames.length));
}

function instructionOf(line: string): LoggedFrame | undefined {
  const [, , symbol] = instructionLine.exec(line) ?? [];
  return symbol === undefined
    ? undefined
    : {
        symbol,
        kind: 'interrupted',
        isGuess: false,
        module: /\[([\w-]+)\b/.exec(line)?.[1] ?? null,
      };
}

/**
 * arm64 and riscv64 name a return address by the function that it lies in. After a call that never
 * returns, as that of `panic`, the next function begins: its name says nothing of the caller.
 * Source: Linux, arch/arm64/kernel/stacktrace.c (dump_backtrace_entry).
 */
function frameOf(line: string): LoggedFrame | undefined {
  const [, doubt, symbol, offset = '', module] = frameLine.exec(line) ?? [];
  const isAfterLastCall = Number.parseInt(offset, 16) === 0;
  return symbol === undefined
    ? undefined
    : {
        symbol: isAfterLastCall ? null : symbol,
        kind: 'return',
        isGuess: doubt !== undefined,
        module: module ?? null,
      };
}
