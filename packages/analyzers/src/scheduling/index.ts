export { irq } from './irq.ts';
export type { IrqInterrupt, IrqReport, IrqSoftInterrupt } from './irq-report.ts';
export { runq } from './runq.ts';
export type { RunqCpu, RunqQueued, RunqReport, RunqTask } from './runq-report.ts';
export { timer } from './timer.ts';
export type { TimerCpu, TimerHrtimer, TimerReport, TimerTimer } from './timer-report.ts';
export { workqueue } from './workqueue.ts';
export type {
  WorkqueueDelayedWork,
  WorkqueuePool,
  WorkqueueQueue,
  WorkqueueReport,
  WorkqueueRunningWork,
  WorkqueueTask,
  WorkqueueWork,
  WorkqueueWorker,
} from './workqueue-report.ts';
