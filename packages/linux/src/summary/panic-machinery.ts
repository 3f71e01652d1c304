import type { StackFrame } from '@vmcorekit/core';

type Named = Pick<StackFrame, 'symbol' | 'kind' | 'isGuess'>;

/**
 * Functions that end a kernel. Source: Linux, kernel/panic.c, kernel/crash_core.c,
 * kernel/kexec_core.c, arch/x86/kernel/dumpstack.c, arch/arm64/kernel/traps.c.
 */
const ends: ReadonlySet<string> = new Set([
  ...['panic', 'vpanic', 'nmi_panic', 'die', '__die', 'die_addr', 'oops_end', 'die_kernel_fault'],
  ...['crash_kexec', '__crash_kexec', 'machine_kexec', '__crash_kexec_post_notifiers'],
]);

/**
 * Functions between the fault and the end: what finds out that the kernel is at fault. Source:
 * Linux, arch/x86/mm/fault.c, arch/x86/kernel/traps.c, kernel/panic.c (`__warn`), lib/bug.c,
 * arch/arm64/mm/fault.c, arch/arm64/kernel/entry-common.c.
 */
const between: ReadonlySet<string> = new Set([
  ...['page_fault_oops', 'no_context', 'kernelmode_fixup_or_oops', 'bad_area', '__bad_area'],
  ...['bad_area_nosemaphore', '__bad_area_nosemaphore', 'bad_area_access_error'],
  ...['do_kern_addr_fault', 'do_user_addr_fault', '__do_page_fault', 'do_page_fault'],
  ...['handle_page_fault', 'page_fault', 'async_page_fault', 'do_trap', 'do_error_trap'],
  ...['do_trap_no_signal', 'handle_bug', 'do_general_protection', 'general_protection'],
  ...['do_invalid_op', 'invalid_op', 'do_divide_error', 'divide_error', 'double_fault'],
  ...['do_double_fault', 'fixup_bug', 'report_bug', '__report_bug', '__warn'],
  ...[
    'check_panic_on_warn',
    '__stack_chk_fail',
    'warn_slowpath_fmt',
    'warn_slowpath_null',
    '__warn_printk',
  ],
  ...['__do_kernel_fault', 'do_bad_area', 'do_translation_fault', 'do_mem_abort', 'do_sea'],
  ...['el1_abort', 'el1h_64_sync_handler', 'el1h_64_sync', 'bug_handler', 'call_break_hook'],
]);

/** x86-64's entries for exceptions, since Linux 5.8: `asm_exc_page_fault`, `exc_page_fault`, …. */
const exceptionEntry = /^(?:asm_|noist_|kernel_)?exc_(?!nmi)/;

/**
 * The stack of an interrupt says what the CPU could not leave. Source: Linux, kernel/watchdog.c,
 * kernel/rcu/tree_stall.h.
 */
const aboutInterrupted = /^Kernel panic - not syncing: (?:softlockup|Hard LOCKUP|RCU Stall)/;

/**
 * The name of a function without what a compiler adds to it: `foo.cold`, `foo.isra.0`,
 * `foo.part.0.constprop.1`, `foo.llvm.123`.
 */
export function functionNameOf(symbol: string): string {
  const name = symbol.replace(/\.(?:cold|isra|part|constprop|llvm|lto_priv)\b.*$/, '');
  return name === '' ? symbol : name;
}

/**
 * The index of the first frame that is not of the panic itself: of the function that panicked or
 * faulted. A lock-up is reported from an interrupt, so there it is the frame that was interrupted.
 * Undefined where no frame ends the kernel, or nothing follows. A frame without a name, or one that
 * is guessed, proves nothing: it may be of the panic itself.
 */
export function culpritIndex(frames: readonly Named[], panicText: string): number | undefined {
  const start = frames.findIndex(({ symbol, isGuess }) => !isGuess && isNamed(symbol, ends));
  if (start < 0) {
    return undefined;
  }
  const after = frames.findIndex(
    ({ symbol, kind }, index) =>
      index > start &&
      (kind === 'interrupted' || kind === 'user' || !(isNamed(symbol, ends) || isBetween(symbol))),
  );
  const from = aboutInterrupted.test(panicText)
    ? frames.findIndex(({ kind }, index) => index > start && kind === 'interrupted')
    : after;
  const isProved = frames
    .slice(start, from + 1)
    .every(({ symbol, kind, isGuess }) => kind === 'user' || (symbol !== null && !isGuess));
  return from < 0 || !isProved ? undefined : from;
}

function isBetween(symbol: string | null): boolean {
  return isNamed(symbol, between) || (symbol !== null && exceptionEntry.test(symbol));
}

function isNamed(symbol: string | null, names: ReadonlySet<string>): boolean {
  return symbol !== null && names.has(functionNameOf(symbol));
}
