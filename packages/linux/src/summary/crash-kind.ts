import type { PanicMessage } from '../system/panic-message.ts';

/** What kind of crash a kernel died of. `oops` and `panic` are those that have no kind here. */
export type CrashKind =
  | 'null-pointer'
  | 'page-fault'
  | 'general-protection'
  | 'bug'
  | 'double-fault'
  | 'stack-overflow'
  | 'oops'
  | 'sysrq'
  | 'hung-task'
  | 'soft-lockup'
  | 'hard-lockup'
  | 'rcu-stall'
  | 'nmi'
  | 'machine-check'
  | 'out-of-memory'
  | 'stack-protector'
  | 'init-died'
  | 'warning'
  | 'panic';

/**
 * Whose stack leads to the bug. `caller`: of the function that panicked or faulted. `interrupted`:
 * of what the CPU could not leave. `hung-task`: of the task that hangs. `none`: no stack does,
 * because the event came from outside, or met a task by chance.
 */
export type Accused = 'caller' | 'interrupted' | 'hung-task' | 'none';

/** A kind of crash, and what a signature of one is made of. */
export interface CrashClass {
  readonly kind: CrashKind;
  readonly accused: Accused;
  /** Stands for the line, where kernels and machines word it differently. */
  readonly message?: string;
  /** Whether the line alone names one bug, where the stack is not known. */
  readonly isTelling?: boolean;
}

interface KindRow extends CrashClass {
  /** Matches the first line of the oops, else that of the panic, without what all of them share. */
  readonly line: RegExp;
}

/**
 * The first that matches is meant. Source: Linux, arch/x86/mm/fault.c (show_fault_oops),
 * arch/arm64/mm/fault.c (die_kernel_fault), arch/powerpc/mm/fault.c (bad_page_fault),
 * arch/s390/mm/fault.c, arch/x86/kernel/traps.c, lib/bug.c.
 */
const oopsKinds: readonly KindRow[] = [
  {
    kind: 'null-pointer',
    line: /^(?:BUG: )?(?:[Uu]nable to handle )?[Kk]ernel NULL pointer dereference/,
    message: 'NULL pointer dereference',
    accused: 'caller',
  },
  {
    kind: 'page-fault',
    line: /^(?:BUG: )?[Uu]nable to handle (?:page fault for|kernel (?:paging request|pointer deref|access|execut|instruction|data|write|read))/,
    message: 'page fault',
    accused: 'caller',
  },
  {
    kind: 'general-protection',
    line: /^general protection fault/,
    message: 'general protection fault',
    accused: 'caller',
  },
  {
    kind: 'bug',
    line: /^(?:kernel BUG at |Kernel BUG\b|Internal error: Oops - BUG\b)/,
    accused: 'caller',
  },
  { kind: 'double-fault', line: /^double fault/, message: 'double fault', accused: 'caller' },
  {
    kind: 'stack-overflow',
    line: /stack guard page|kernel stack overflow/,
    message: 'stack overflow',
    accused: 'caller',
  },
  { kind: 'oops', line: /^/, accused: 'caller' },
];

/**
 * Source: Linux, drivers/tty/sysrq.c, kernel/hung_task.c, kernel/watchdog.c,
 * kernel/rcu/tree_stall.h, arch/x86/kernel/nmi.c, drivers/watchdog/hpwdt.c,
 * arch/x86/kernel/cpu/mce/core.c, mm/oom_kill.c, kernel/panic.c (__stack_chk_fail,
 * check_panic_on_warn), kernel/exit.c (do_exit).
 */
const panicKinds: readonly KindRow[] = [
  { kind: 'sysrq', line: /^sysrq triggered crash/i, accused: 'caller' },
  { kind: 'hung-task', line: /^hung_task: blocked tasks/, accused: 'hung-task' },
  { kind: 'soft-lockup', line: /^softlockup: hung tasks/, accused: 'interrupted' },
  { kind: 'hard-lockup', line: /^Hard LOCKUP/, accused: 'interrupted' },
  { kind: 'rcu-stall', line: /^RCU Stall/, accused: 'interrupted' },
  { kind: 'nmi', line: /^(?:NMI\b|An NMI occurred)/, accused: 'none' },
  { kind: 'machine-check', line: /\bmachine check\b/i, accused: 'none' },
  {
    kind: 'out-of-memory',
    line: /^(?:Out of memory\b|System is deadlocked on memory)/,
    accused: 'none',
  },
  { kind: 'stack-protector', line: /^stack-protector: /, accused: 'caller', isTelling: true },
  {
    kind: 'stack-overflow',
    line: /kernel stack overflow/,
    message: 'stack overflow',
    accused: 'caller',
  },
  { kind: 'init-died', line: /^Attempted to kill init!/, accused: 'caller', isTelling: true },
  { kind: 'warning', line: /panic_on_warn set/, accused: 'caller' },
  // What follows an oops that the log does not have.
  { kind: 'oops', line: /Fatal exception|killing interrupt handler/, accused: 'caller' },
  { kind: 'panic', line: /^/, accused: 'caller', isTelling: true },
];

/** The line that a crash is called by: the first of the oops that led to it, else the panic's. */
export function crashLineOf({ text, oops }: Pick<PanicMessage, 'text' | 'oops'>): string {
  return (oops[0] ?? text)
    .replace(/^Kernel panic - not syncing: /, '')
    .replace(/^Oops: (?=[a-z])/, '');
}

/** The kind of a crash, by the kernel's own words. */
export function crashClassOf(message: Pick<PanicMessage, 'text' | 'oops'>): CrashClass {
  const line = crashLineOf(message);
  const rows = message.oops.length > 0 ? oopsKinds : panicKinds;
  // The last row of both matches every line.
  return rows.find((row) => row.line.test(line)) ?? { kind: 'panic', accused: 'caller' };
}
