import type { LoggedFrame } from './call-trace.ts';
import { ascii } from './normalized-message.ts';
import { functionNameOf } from './panic-machinery.ts';

/** The functions of a stack that a signature takes. */
export interface SignificantFunctions {
  /** The innermost first: `handle_sysrq`, and of a module `write_null [broken]`. */
  readonly functions: readonly string[];
  /** Whether none of them is lost; others could follow, and make another signature. */
  readonly isWhole: boolean;
}

const maxFunctions = 5;
const maxNameInCharacters = 128;

/**
 * Functions through which every call of their kind goes: they say how a task came there, and they
 * differ between kernels. Source: Linux, arch/x86/entry, arch/arm64/kernel/entry-common.c,
 * arch/riscv/kernel/entry.S, arch/s390/kernel/entry.S, arch/powerpc/kernel/interrupt_64.S.
 */
const entries = new RegExp(
  '^(?:entry_|asm_|ret_from_|do_syscall_|do_int80|x64_sys_call|secondary_startup|' +
    'el[01]t?h?_|do_el0_svc|invoke_syscall|do_trap_ecall_u|handle_exception|do_irq_|' +
    'system_call|do_syscall$|interrupt_return|sysvec_|run_irq_on_|common_interrupt)',
);
/**
 * The same of threads, interrupts, timers, files and modules. Source: Linux, kernel/kthread.c,
 * kernel/workqueue.c, kernel/irq/handle.c, kernel/irq/chip.c, kernel/softirq.c,
 * kernel/time/timer.c, fs/read_write.c, fs/proc/inode.c, kernel/module/main.c, init/main.c.
 */
const dispatchers: ReadonlySet<string> = new Set([
  ...['kthread', 'worker_thread', 'process_one_work', 'process_scheduled_works'],
  ...['smpboot_thread_fn', 'handle_irq_event', 'handle_irq_event_percpu', 'handle_edge_irq'],
  ...['handle_level_irq', 'handle_fasteoi_irq', 'handle_irq_desc', 'generic_handle_irq'],
  ...['generic_handle_irq_desc', 'generic_handle_domain_irq', 'handle_irq', 'do_IRQ'],
  ...['handle_softirqs', 'do_softirq', 'invoke_softirq', 'irq_exit', 'irq_exit_rcu'],
  ...['call_timer_fn', 'expire_timers', 'run_timers', 'run_timer_base', 'run_timer_softirq'],
  ...['vfs_read', 'vfs_write', 'new_sync_read', 'new_sync_write', 'call_read_iter'],
  ...['call_write_iter', 'vfs_ioctl', 'proc_reg_read', 'proc_reg_write', 'pde_write'],
  ...['do_one_initcall', 'do_init_module', 'load_module', 'init_module_from_file'],
  ...['idempotent_init_module', 'do_initcalls', 'do_basic_setup', 'kernel_init_freeable'],
]);
/** A system call has up to four functions, of which a compiler keeps some. */
const systemCall = /^(?:(?:x64|ia32|arm64|s390x?|riscv|se|do|loongarch)_)?(?:compat_)?k?sys_(\w+)$/;

/**
 * The functions of `frames` that count, at most five. The first is the one that panicked, faulted
 * or hangs, so it always counts. They end at the first interrupt below it: what that stopped has no
 * part in the bug. Two that differ only in leading underscores are one: compilers put one into the
 * other in one kernel, and not in the next. `isComplete`: the frames reach the stack's end.
 */
export function significantFunctions(
  frames: readonly LoggedFrame[],
  isComplete: boolean,
): SignificantFunctions {
  const functions: string[] = [];
  const own = ownFrames(frames);
  for (const [index, { symbol, isGuess, module }] of own.entries()) {
    if (functions.length === maxFunctions) {
      return { functions, isWhole: true };
    }
    if (symbol === null || isGuess) {
      return { functions, isWhole: false };
    }
    const name = plainNameOf(symbol);
    const shown = shownName(name, module);
    if ((index === 0 || !isDispatcher(name)) && functions.at(-1) !== shown) {
      functions.push(shown);
    }
  }
  const isAtEnd = isComplete || own.length < frames.length;
  return { functions, isWhole: isAtEnd || functions.length === maxFunctions };
}

/** The frames up to the first interrupt below the first, or to the program. */
export function ownFrames<Frame extends Pick<LoggedFrame, 'kind'>>(
  frames: readonly Frame[],
): readonly Frame[] {
  const end = frames.findIndex(
    ({ kind }, index) => kind === 'user' || (index > 0 && kind === 'interrupted'),
  );
  return end < 0 ? frames : frames.slice(0, end);
}

function plainNameOf(symbol: string): string {
  return functionNameOf(symbol).replace(/^_+(?=[a-z])/i, '');
}

function isDispatcher(name: string): boolean {
  return entries.test(name) || dispatchers.has(name);
}

function shownName(name: string, module: string | null): string {
  const [, call] = systemCall.exec(name) ?? [];
  const shown = call === undefined ? name : `sys_${call}`;
  return ascii(module === null ? shown : `${shown} [${module}]`).slice(0, maxNameInCharacters);
}
