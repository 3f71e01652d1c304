import { hex } from '@vmcorekit/core';
import type { ClockQueue, CpuTimers, Timers, TimerWheel } from '@vmcorekit/linux';
import { type CodeJson, codeJson } from './code-json.ts';

/** A timer that counts in ticks, for programs. Addresses are texts; null means "not proved". */
export interface TimerTimer {
  /** Of its `struct timer_list`. */
  readonly address: string;
  /** In jiffies; decimal text beyond 2^53. */
  readonly expires: number | string;
  /** From now on; negative where it is overdue. */
  readonly inJiffies: number | string | null;
  readonly inSeconds: number | null;
  readonly function: CodeJson | null;
}

export interface TimerHrtimer {
  /** Of its `struct hrtimer`. */
  readonly address: string;
  /** In nanoseconds on its clock, decimal text. */
  readonly expires: string;
  readonly softExpires: string;
  readonly inSeconds: number | null;
  readonly function: CodeJson | null;
}

export interface TimerCpu {
  readonly cpu: number;
  readonly wheels:
    | readonly {
        readonly address: string;
        readonly kind: string | null;
        readonly clock: number | string;
        readonly timers: readonly TimerTimer[];
      }[]
    | null;
  readonly hrtimers:
    | readonly {
        readonly address: string;
        readonly index: number;
        readonly clock: string | null;
        readonly soft: boolean;
        /** To CLOCK_MONOTONIC in nanoseconds, decimal text. */
        readonly offset: string;
        readonly timers: readonly TimerHrtimer[];
      }[]
    | null;
}

export interface TimerReport {
  readonly jiffies: number | string | null;
  readonly ticksPerSecond: number | null;
  /** CLOCK_MONOTONIC at the last tick, in nanoseconds, decimal text. */
  readonly monotonic: string | null;
  readonly cpus: readonly TimerCpu[];
}

const nanosecondsPerSecond = 1e9;

export function timerReport({ clock }: Timers, cpus: readonly CpuTimers[]): TimerReport {
  const { jiffies, monotonic, ticksPerSecond } = clock;
  return {
    jiffies: jiffies.value === null ? null : exact(jiffies.value),
    ticksPerSecond: ticksPerSecond.value,
    monotonic: monotonic.value?.toString() ?? null,
    cpus: cpus.map(({ cpu, wheels, queues }) => ({
      cpu,
      wheels: wheels?.map(wheelJson) ?? null,
      hrtimers: queues?.map(queueJson) ?? null,
    })),
  };
}

function wheelJson({ address, kind, clock, timers }: TimerWheel) {
  return {
    address: hex(address),
    kind,
    clock: exact(clock),
    timers: timers.map((timer) => ({
      address: hex(timer.address),
      expires: exact(timer.expires),
      inJiffies: timer.inJiffies === null ? null : exact(timer.inJiffies),
      inSeconds: timer.inSeconds,
      function: codeJson(timer.function),
    })),
  };
}

function queueJson({ address, index, clock, isSoft, offset, timers }: ClockQueue) {
  return {
    address: hex(address),
    index,
    clock,
    soft: isSoft,
    offset: offset.toString(),
    timers: timers.map((timer) => ({
      address: hex(timer.address),
      expires: timer.expires.toString(),
      softExpires: timer.softExpires.toString(),
      inSeconds:
        timer.inNanoseconds === null ? null : Number(timer.inNanoseconds) / nanosecondsPerSecond,
      function: codeJson(timer.function),
    })),
  };
}

/** A number where one can hold it, else decimal text. */
function exact(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}
