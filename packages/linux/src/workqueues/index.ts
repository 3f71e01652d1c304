export { readWorkqueues } from './read-workqueues.ts';
export type {
  DelayedWork,
  QueuePool,
  RunningWork,
  Work,
  Worker,
  WorkerPool,
  WorkerTask,
  Workqueue,
  Workqueues,
} from './workqueue.ts';
