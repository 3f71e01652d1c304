import { isUnreadable, isVmcorekitError, type Kernel, type Progress } from '@vmcorekit/core';
import { ringRecords } from './descriptor-ring.ts';
import type { LogRecord, LostRecord } from './log-record.ts';
import {
  knownRecordLogLayouts,
  logRecords,
  type RecordLogSymbols,
  recordLogLayoutIn,
} from './record-log.ts';
import { knownRingLayouts, ringLayoutIn } from './ring-layout.ts';

/** What the log needs of a kernel. */
export type LoggingKernel = Pick<Kernel, 'memory' | 'symbols' | 'types' | 'vmcoreinfo'>;
type Records = (LogRecord | LostRecord)[];
type Reading<Result> = Generator<Progress, Result, void>;

/** The log of a kernel, and the sources it was read by. */
export interface KernelLog {
  /** Oldest first. */
  readonly records: readonly (LogRecord | LostRecord)[];
  /** The source of the log's place: `VMCOREINFO`, `kallsyms`, a symbol file. */
  readonly placeFrom: string;
  /** The source of its structures' layout: `VMCOREINFO`, `BTF`, … */
  readonly layoutFrom: string;
  /**
   * True where no source of this kernel gave a layout. Then one that Linux is known to have had was
   * tried, and the records themselves proved it.
   */
  readonly isLayoutGuessed: boolean;
  /** What went wrong with a source of the layout. */
  readonly remarks: readonly string[];
}

/** A log as one generation of Linux keeps it, and its place. */
interface Form<Layout> {
  readonly placeFrom: string;
  layoutIn(types: Kernel['types']): Layout;
  readonly known: readonly Layout[];
  read(layout: Layout, isGuessed: boolean): Reading<Records>;
}

/**
 * What the kernel printed: its ring since Linux 5.10, or the older records. Place and layout come
 * from VMCOREINFO; what that lacks comes from the kernel's symbols and types. Where no source gives
 * the layout, all layouts that Linux has had are tried: the only one that all records prove is
 * used. A text says why there is no log. Throws `malformed` where the log's own fields are
 * impossible.
 */
export function* readKernelLog(kernel: LoggingKernel): Reading<KernelLog | string> {
  const { memory } = kernel;
  const ring = variablesOf(kernel, ['prb']);
  if (ring !== undefined) {
    const [prb = 0n] = ring.addresses;
    return yield* readForm(kernel, {
      placeFrom: ring.from,
      layoutIn: ringLayoutIn,
      known: knownRingLayouts,
      read: (layout, isGuessed) => ringRecords(memory, layout, prb, isGuessed),
    });
  }
  const old = variablesOf(kernel, ['log_buf', 'log_buf_len', 'log_first_idx', 'log_next_idx']);
  if (old === undefined) {
    return whyNoPlace(kernel);
  }
  const [log_buf = 0n, log_buf_len = 0n, log_first_idx = 0n, log_next_idx = 0n] = old.addresses;
  const symbols: RecordLogSymbols = { log_buf, log_buf_len, log_first_idx, log_next_idx };
  return yield* readForm(kernel, {
    placeFrom: old.from,
    layoutIn: recordLogLayoutIn,
    known: knownRecordLogLayouts,
    read: (layout, isGuessed) => logRecords(memory, layout, symbols, isGuessed),
  });
}

function* readForm<Layout extends { readonly from: string }>(
  kernel: LoggingKernel,
  form: Form<Layout>,
): Reading<KernelLog | string> {
  const { placeFrom } = form;
  let layout: Layout;
  try {
    layout = form.layoutIn(kernel.types);
  } catch (error) {
    if (!isVmcorekitError(error, 'unsupported')) {
      throw error;
    }
    return yield* guess(form, `${error.facts.advice}; ${adviceFor('types')}`, kernel.types.remarks);
  }
  try {
    const records = yield* form.read(layout, false);
    return {
      records,
      placeFrom,
      layoutFrom: layout.from,
      isLayoutGuessed: false,
      remarks: kernel.types.remarks,
    };
  } catch (error) {
    return reasonOf(error, placeFrom);
  }
}

/** Reads by the only known layout that the memory proves; else returns why there is none. */
function* guess<Layout extends { readonly from: string }>(
  form: Form<Layout>,
  because: string,
  remarks: readonly string[],
): Reading<KernelLog | string> {
  const { placeFrom } = form;
  const unproved = [because, ...remarks].join('; ');
  const fitting: KernelLog[] = [];
  const reasons = new Set<string>();
  for (const layout of form.known) {
    try {
      const records = yield* form.read(layout, true);
      fitting.push({ records, placeFrom, layoutFrom: layout.from, isLayoutGuessed: true, remarks });
    } catch (error) {
      reasons.add(isVmcorekitError(error, 'malformed') ? unproved : reasonOf(error, placeFrom));
    }
  }
  const [only, ...rivals] = fitting;
  if (only !== undefined && rivals.length === 0) {
    return only;
  }
  const [reason = unproved, ...others] = reasons;
  return only === undefined && others.length === 0 ? reason : unproved;
}

/** Why a log cannot be read whose memory the dump lacks. Throws every other error. */
function reasonOf(error: unknown, placeFrom: string): string {
  if (error instanceof Error && isUnreadable(error)) {
    return `what its variables, found by ${placeFrom}, point to cannot be read: ${error.message}`;
  }
  throw error;
}

/** Run-time addresses of variables, all from one source. */
function variablesOf(
  { vmcoreinfo, symbols }: LoggingKernel,
  names: readonly string[],
): { readonly from: string; readonly addresses: readonly bigint[] } | undefined {
  for (const [from, find] of [
    ['VMCOREINFO', (name: string) => vmcoreinfo.symbol(name)],
    [symbols.from, (name: string) => symbols.find(name)?.address],
  ] as const) {
    const addresses = names.flatMap((name) => find(name) ?? []);
    if (addresses.length === names.length) {
      return { from, addresses };
    }
  }
  return undefined;
}

function whyNoPlace({ vmcoreinfo, symbols }: LoggingKernel): string {
  const info =
    vmcoreinfo.size === 0
      ? 'the dump holds no VMCOREINFO of its kernel'
      : 'VMCOREINFO does not say where the log is';
  const own =
    symbols.size === 0
      ? 'no symbols of it'
      : `its symbols (${symbols.from}) name neither prb nor the variables of log_buf`;
  return `${info}, and ${symbols.size === 0 ? `there are ${own}` : own}; ${adviceFor('symbols')}`;
}

function adviceFor(what: 'symbols' | 'types'): string {
  return `a vmlinux of this kernel has the ${what} (--symbols VMLINUX)`;
}
