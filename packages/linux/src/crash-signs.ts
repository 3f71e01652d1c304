import {
  hex,
  isZero,
  type KernelView,
  latin1Text,
  type Progress,
  tryRead,
  VmcoreInfo,
} from '@vmcorekit/core';
import { maxCpus } from './system/kernel-cpu-count.ts';
import { ownVmcoreInfo } from './vmcoreinfo/own-vmcoreinfo.ts';
import { isInZeroPage } from './zero-page.ts';

export const panicText = 'Kernel panic - not syncing';
const pageSizeInBytes = 0x1000;
/** The largest log that distributions allow; anything beyond it is not searched. */
const maxLogSizeInBytes = 16 * 1024 * 1024;
/** PANIC_CPU_INVALID: no CPU panicked. */
const noCpu = 0xffff_ffff;
/**
 * A kernel of Linux 4.5 or later whose symbols name one of these also names `panic_cpu`, or did
 * before damage. Its log can still show a crash.
 */
const otherVariables = ['log_buf', 'log_buf_len'];
/** The deepest nesting of oopses: a larger value is no count of them. */
const maxOopses = 255;

type Kernel = Pick<KernelView, 'memory' | 'symbols'>;

/** What a kernel's own memory says about its role; `unknown` where damage hides the signs. */
export interface RoleSign {
  readonly role: 'capture' | 'crashed' | 'unknown';
  readonly because: string;
  /** Where that was read. */
  readonly virtualAddress: bigint;
}

/**
 * Whether a sign other than `panic_cpu` shows a crash: that sign, or false, or undefined where it
 * cannot be read.
 */
type SecondSign = string | false | undefined;

/**
 * The sign that a kernel crashed. A CRASHTIME in its own VMCOREINFO is one, because a kernel writes
 * it only on the way to its capture kernel. `panic_cpu` is one where a second place agrees:
 * `oops_in_progress` is set, or the log shows the panic. Alone it is no sign, because a page that
 * was wiped or given away reads as CPU 0. Where one of the two is lost, and the other does not rule
 * out a crash, the role is unknown. Source: Linux, kernel/panic.c (panic, PANIC_CPU_INVALID),
 * lib/bust_spinlocks.c, kernel/kexec_core.c (__crash_kexec, crash_save_vmcoreinfo),
 * kernel/printk/printk.c.
 */
export function* crashSignOf(kernel: Kernel): Generator<Progress, RoleSign | undefined, void> {
  const note = ownVmcoreInfo(kernel);
  const crashTime = note === undefined ? undefined : new VmcoreInfo(note.text).crashTime;
  if (note !== undefined && crashTime !== undefined) {
    return {
      role: 'crashed',
      because: `VMCOREINFO at vmcoreinfo_note has CRASHTIME ${crashTime}`,
      virtualAddress: note.address,
    };
  }
  const { memory, symbols } = kernel;
  const cpu = uint32At(kernel, 'panic_cpu');
  const named =
    cpu === noCpu
      ? undefined
      : ['panic_cpu', ...otherVariables].find((name) => symbols.find(name) !== undefined);
  const virtualAddress = named === undefined ? undefined : symbols.find(named)?.address;
  if (virtualAddress === undefined) {
    return undefined;
  }
  const second = oopsSign(kernel) ?? (yield* logSign(kernel));
  if (second === false) {
    return undefined;
  }
  const isWiped = cpu === 0 && isInZeroPage(memory, virtualAddress);
  if (isWiped && second === undefined) {
    return undefined;
  }
  const first =
    cpu === undefined || cpu >= maxCpus || isWiped
      ? undefined
      : `the variable panic_cpu holds ${hex(cpu)}`;
  return first !== undefined && second !== undefined
    ? { role: 'crashed', because: `${first}, and ${second}`, virtualAddress }
    : {
        role: 'unknown',
        because: `${first ?? 'the variable panic_cpu is lost'}, and ${second ?? "the kernel's log is lost"}`,
        virtualAddress,
      };
}

function oopsSign(kernel: Kernel): string | undefined {
  const count = uint32At(kernel, 'oops_in_progress');
  return count === undefined || count === 0 || count > maxOopses
    ? undefined
    : `oops_in_progress holds ${count}`;
}

/** Every log layout keeps a record's text in one piece. */
function* logSign({ memory, symbols }: Kernel): Generator<Progress, SecondSign, void> {
  const pointer = symbols.find('log_buf')?.address;
  const start = pointer === undefined ? undefined : tryRead(() => memory.readPointer(pointer));
  const size = uint32At({ memory, symbols }, 'log_buf_len');
  if (start === undefined || start === 0n || size === undefined || size === 0) {
    return undefined;
  }
  const end = start + BigInt(Math.min(size, maxLogSizeInBytes));
  let before = '';
  let isWhole = true;
  let isWiped = true;
  for (let at = start; at < end; ) {
    const next = at - (at % BigInt(pageSizeInBytes)) + BigInt(pageSizeInBytes);
    const page = memory.tryRead(at, Number((next < end ? next : end) - at));
    const text = page === undefined ? '' : before + latin1Text(page);
    if (text.includes(panicText)) {
      return 'the log shows a panic';
    }
    isWhole &&= page !== undefined;
    isWiped &&= page === undefined || isZero(page);
    before = text.slice(-panicText.length);
    at = next;
    yield { kind: 'progress', doing: "looking for a panic in the kernel's log", fraction: null };
  }
  return isWhole && !isWiped ? false : undefined;
}

function uint32At({ memory, symbols }: Kernel, name: string): number | undefined {
  const address = symbols.find(name)?.address;
  return address === undefined ? undefined : tryRead(() => memory.readUint32(address));
}
