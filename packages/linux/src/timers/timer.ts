import type { VirtualAddress } from '@vmcorekit/core';
import type { CodePointer } from '../reading/code-pointer.ts';
import type { KernelClock } from './kernel-clock.ts';

/** A timer that counts in ticks: a `struct timer_list`. */
export interface WheelTimer {
  readonly address: VirtualAddress;
  /** In jiffies, as wide as a word of the kernel. */
  readonly expires: bigint;
  /** From the kernel's jiffies on; negative where it is overdue. Null where those are unknown. */
  readonly inJiffies: bigint | null;
  readonly inSeconds: number | null;
  readonly function: CodePointer | undefined;
  /** As `timer_list.flags` has them. */
  readonly flags: number;
}

/** The timers of one `struct timer_base`. */
export interface TimerWheel {
  readonly address: VirtualAddress;
  readonly kind: 'all' | 'standard' | 'local' | 'global' | 'deferrable' | null;
  /** Up to which jiffy it was worked off. */
  readonly clock: bigint;
  /** The next to expire first. */
  readonly timers: readonly WheelTimer[];
}

/** A timer that counts in nanoseconds: a `struct hrtimer`. */
export interface PreciseTimer {
  readonly address: VirtualAddress;
  /** On the clock of its queue, in nanoseconds. */
  readonly expires: bigint;
  /** The earliest time at which it may fire. */
  readonly softExpires: bigint;
  /** From the kernel's clock on; negative where it is overdue. */
  readonly inNanoseconds: bigint | null;
  readonly function: CodePointer | undefined;
}

/** The timers of one `struct hrtimer_clock_base`. */
export interface ClockQueue {
  readonly address: VirtualAddress;
  readonly index: number;
  /** `monotonic`, `realtime`, `boottime`, `tai`; null where it is another clock. */
  readonly clock: string | null;
  /** Whether its timers fire in soft interrupts. */
  readonly isSoft: boolean;
  /** To CLOCK_MONOTONIC, in nanoseconds. */
  readonly offset: bigint;
  /** In the order in which they expire. */
  readonly timers: readonly PreciseTimer[];
}

export interface CpuTimers {
  readonly cpu: number;
  /** Null where they cannot be found. */
  readonly wheels: readonly TimerWheel[] | null;
  readonly queues: readonly ClockQueue[] | null;
}

export interface Timers {
  readonly clock: KernelClock;
  readonly cpus: readonly CpuTimers[];
  /** Damage and contradictions, a sentence each. */
  readonly remarks: readonly string[];
}
