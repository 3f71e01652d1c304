import type { KernelRole } from '@vmcorekit/core';
import type { LogRecord, LostRecord } from '../printk/log-record.ts';

/** A panic as the kernel's own log reports it. */
export interface PanicMessage {
  /**
   * `Kernel panic - not syncing: …`. The numbered line of the oops where that led right to the
   * capture kernel: then the kernel prints no more.
   */
  readonly text: string;
  /** When it was printed, after boot. */
  readonly nanoseconds: number;
  /** Where an oops led to the panic: its first lines, like `BUG: …` and `Oops: …`. */
  readonly oops: readonly string[];
  /** The task whose CPU panicked; null where the log does not say. */
  readonly task: PanicTask | null;
}

export interface PanicTask {
  readonly cpu: number;
  readonly pid: number;
  readonly name: string;
}

/** Source: Linux, kernel/panic.c (`panic`). */
const panicStart = 'Kernel panic - not syncing: ';
/**
 * What an oops panics with. Source: Linux, arch/x86/kernel/dumpstack.c,
 * arch/arm64/kernel/traps.c.
 */
const becauseOfOops = /^Kernel panic - not syncing: (?:.{1,80}: )?Fatal exception/;
/** The line with the number of the oops. Source: `__die_header` there, `__die` elsewhere. */
const oopsLine = /^[^[\]]{1,80} \[#\d+\]/;
/** The line before it, where there is one. Source: arch/x86/mm/fault.c, lib/bug.c, and others'. */
const faultLine = /^(?:BUG: |kernel BUG at |Unable to handle kernel )/;
/** What a task that an oops did not stop prints last. Source: kernel/panic.c (oops_exit). */
const endOfOops = /^---\[ end trace /;
/** Lines between the two: what the page tables hold, and the like. */
const maxLinesBetween = 8;
/** Greedy, for the name of a task may hold these words too. Source: lib/dump_stack.c. */
const taskLine =
  /^CPU: (\d{1,4}) (?:UID: \d{1,10} )?PID: (\d{1,7}) Comm: (.{0,34}) (?:Not tainted|Tainted: )/;
/** What stands after the name where a capture kernel is ready. */
const kdumpReady = ' Kdump: loaded';

/**
 * Whether the first line of a panic's cause is lost: an oops led to it, and its lines lie where
 * records cannot be read.
 */
export function isCauseLost(
  { text, oops }: Pick<PanicMessage, 'text' | 'oops'>,
  records: readonly (LogRecord | LostRecord)[],
): boolean {
  return oops.length === 0 && becauseOfOops.test(text) && records.some((each) => 'lost' in each);
}

/**
 * The panic that a log reports; undefined if it reports none. Only the kernel's own records
 * count: what a program writes to /dev/kmsg has another facility. Of the lines about it only those
 * count that the same task or CPU printed. `panicCpu` is the CPU that panicked, where the kernel's
 * variable says so: a task on another one is not named. Of a crashed kernel, an oops counts that
 * never ended: it led right to the capture kernel. Source: Linux, kernel/printk/printk.c
 * (devkmsg_write), lib/dump_stack.c (dump_stack_print_info), arch/x86/kernel/dumpstack.c and
 * arch/arm64/kernel/traps.c (crash_kexec in oops_end and die).
 */
export function panicMessageIn(
  records: readonly (LogRecord | LostRecord)[],
  panicCpu: number | undefined,
  role?: KernelRole,
): PanicMessage | undefined {
  const own = ownRecords(records);
  const panicAt = own.findLastIndex(({ text }) => text.startsWith(panicStart));
  const at = panicAt < 0 && role === 'crashed' ? unendedOops(own) : panicAt;
  const panic = own[at];
  if (panic === undefined) {
    return undefined;
  }
  const isOurs = ({ caller }: LogRecord) => caller === panic.caller;
  const before = own.slice(0, panicAt < 0 ? at + 1 : at).filter(isOurs);
  const oopsAt =
    panicAt < 0 || becauseOfOops.test(panic.text)
      ? before.findLastIndex(({ text }) => oopsLine.test(text))
      : -1;
  const after = [...own.slice(at + 1).filter(isOurs), ...(oopsAt < 0 ? [] : before.slice(oopsAt))];
  return {
    text: panic.text,
    nanoseconds: panic.nanoseconds,
    oops: oopsAt < 0 ? [] : oopsLines(before, oopsAt),
    task: taskIn(after, panicCpu),
  };
}

/** Whether the last oops has no end: it may have led to a capture kernel. */
export function hasUnendedOops(records: readonly (LogRecord | LostRecord)[]): boolean {
  return unendedOops(ownRecords(records)) >= 0;
}

function ownRecords(records: readonly (LogRecord | LostRecord)[]): LogRecord[] {
  return records.filter(
    (record): record is LogRecord => !('lost' in record) && record.facility === 0,
  );
}

/** The index of the last oops if its task printed no end of it; else -1. */
function unendedOops(own: readonly LogRecord[]): number {
  const at = own.findLastIndex(({ text }) => oopsLine.test(text));
  const caller = own[at]?.caller;
  const hasEnded = own
    .slice(at + 1)
    .some((record) => record.caller === caller && endOfOops.test(record.text));
  return hasEnded ? -1 : at;
}

function oopsLines(records: readonly LogRecord[], at: number): string[] {
  const before = records.slice(Math.max(0, at - maxLinesBetween), at);
  const fault = before.findLast(({ text }) => faultLine.test(text));
  return [fault, records[at]].flatMap((record) => record?.text ?? []);
}

function taskIn(records: readonly LogRecord[], panicCpu: number | undefined): PanicTask | null {
  for (const { text } of records) {
    const [, cpu, pid, name] = taskLine.exec(text) ?? [];
    if (name !== undefined) {
      const isElsewhere = panicCpu !== undefined && Number(cpu) !== panicCpu;
      return isElsewhere ? null : { cpu: Number(cpu), pid: Number(pid), name: nameIn(name) };
    }
  }
  return null;
}

function nameIn(text: string): string {
  return text.endsWith(kdumpReady) ? text.slice(0, -kdumpReady.length) : text;
}
