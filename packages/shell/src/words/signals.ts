import type { Kernel } from '@vmcorekit/core';

/** Source: Linux, include/uapi/asm-generic/signal.h, as on every machine here but MIPS. */
export const signalCount = 64;
const firstRealTime = 32;
const names =
  'HUP INT QUIT ILL TRAP ABRT/SIGIOT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD/SIGCLD ' +
  'CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO/SIGPOLL PWR SYS/SIGUNUSED';
const standard: readonly string[] = names.split(' ').map((name) => `SIG${name}`);

/** Source: Linux, include/uapi/asm-generic/signal-defs.h; SA_RESTORER, arch/x86 and others. */
const flags: readonly (readonly [string, bigint])[] = [
  ['SA_NOCLDSTOP', 1n],
  ['SA_NOCLDWAIT', 2n],
  ['SA_SIGINFO', 4n],
  ['SA_RESTORER', 0x04000000n],
  ['SA_ONSTACK', 0x08000000n],
  ['SA_RESTART', 0x10000000n],
  ['SA_NODEFER', 0x40000000n],
  ['SA_RESETHAND', 0x80000000n],
];

/** The short name of a signal: `SIGABRT`, `SIGRTMIN+2`. */
export function signalName(signal: number): string {
  return longName(signal).replace(/\/.*/, '');
}

/** The names of all signals, the first of signal 1; undefined on MIPS. */
export function signalNamesOf(kernel: Kernel): readonly string[] | undefined {
  return isMips(kernel)
    ? undefined
    : Array.from({ length: signalCount }, (_, index) => longName(index + 1));
}

/** The flags of a `sigaction` by name; empty where none has one. */
export function flagNames(kernel: Kernel, value: bigint): string {
  const given = isMips(kernel) ? [] : flags.filter(([, bit]) => (value & bit) !== 0n);
  return given.map(([name]) => name).join('|');
}

function isMips({ dump }: Kernel): boolean {
  return dump.architecture?.name.startsWith('mips') === true;
}

function longName(signal: number): string {
  const above = signal - firstRealTime;
  const below = signalCount - signal;
  const own =
    above > below
      ? `SIGRTMAX${below === 0 ? '' : `-${below}`}`
      : `SIGRTMIN${above === 0 ? '' : `+${above}`}`;
  return standard[signal - 1] ?? own;
}
