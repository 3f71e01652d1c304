import type { LogRecord, LostRecord } from '../printk/log-record.ts';

/** A task of which the kernel itself said that it hangs. */
export interface HungTask {
  readonly pid: number;
  readonly comm: string;
  /** How long it had been blocked when the kernel last said so; the kernel looks now and then. */
  readonly seconds: number;
  /** When that was, in nanoseconds after boot. */
  readonly nanoseconds: number;
}

/** What a log says of the way to a crash. */
export interface CrashLog {
  /** The oops' line of the instruction that failed: `RIP: 0010:foo+0x1/0x20 [bar]`. */
  readonly instruction: string | null;
  /** By pid, each with the last message about it. */
  readonly hung: readonly HungTask[];
  /** CPUs that the kernel called stuck: its own lines, the last of each CPU. */
  readonly stuck: readonly string[];
}

/** Source: Linux, kernel/hung_task.c. The name of a task may hold these words too. */
const hungLine =
  /^INFO: task (.{0,34}):(\d{1,7}) (?:<[^>]*> )?blocked (?:in [\w-]+ )?for more than (\d{1,10}) seconds/;
/** Source: Linux, kernel/watchdog.c; `NMI watchdog:` is of kernel/watchdog_hld.c before 6.5. */
const stuckLine =
  /^(?:watchdog: |NMI watchdog: )?(?:BUG: soft lockup - CPU#(\d{1,4}) stuck|Watchdog detected hard LOCKUP on cpu (\d{1,4}))/;
/** Source: Linux, arch/x86/kernel/dumpstack.c (show_ip), arch/arm64/kernel/process.c (`pc : `). */
const instructionLine = /^(?:R|E)?IP: |^pc : /;
/** Source: __die_header, as for the message of the panic. */
const oopsLine = /\[#\d+\]/;
const maxKept = 4096;

/**
 * Reads what the kernel printed before it crashed. Only its own records count: what a program
 * writes to /dev/kmsg has another facility. `oops` has the first lines of the oops that led to the
 * panic, where one did.
 */
export function crashLogIn(
  records: readonly (LogRecord | LostRecord)[],
  oops: readonly string[],
): CrashLog {
  const own = records.filter(
    (record): record is LogRecord => !('lost' in record) && record.facility === 0,
  );
  return { instruction: instructionIn(own, oops), hung: hungIn(own), stuck: stuckIn(own) };
}

function instructionIn(own: readonly LogRecord[], oops: readonly string[]): string | null {
  const head = oops.find((line) => oopsLine.test(line));
  const at = own.findLastIndex(({ text }) => text === head);
  const caller = own[at]?.caller;
  const line = own
    .slice(at < 0 ? own.length : at)
    .find((record) => record.caller === caller && instructionLine.test(record.text));
  return line?.text ?? null;
}

function hungIn(own: readonly LogRecord[]): HungTask[] {
  const hung = new Map<number, HungTask>();
  for (const { text, nanoseconds } of own) {
    const [, comm, pid, seconds] = hungLine.exec(text) ?? [];
    if (comm !== undefined && hung.size < maxKept) {
      hung.set(Number(pid), { pid: Number(pid), comm, seconds: Number(seconds), nanoseconds });
    }
  }
  return [...hung.values()].sort((one, other) => one.pid - other.pid);
}

function stuckIn(own: readonly LogRecord[]): string[] {
  const stuck = new Map<string, string>();
  for (const { text } of own) {
    const [, soft, hard] = stuckLine.exec(text) ?? [];
    const cpu = soft ?? hard;
    if (cpu !== undefined && stuck.size < maxKept) {
      stuck.set(cpu, text);
    }
  }
  return [...stuck.values()];
}
