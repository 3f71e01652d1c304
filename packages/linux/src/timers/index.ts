export { type KernelClock, kernelClockOf } from './kernel-clock.ts';
export { readTimers } from './read-timers.ts';
export type {
  ClockQueue,
  CpuTimers,
  PreciseTimer,
  Timers,
  TimerWheel,
  WheelTimer,
} from './timer.ts';
