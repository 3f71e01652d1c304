export { readRunQueues } from './read-run-queues.ts';
export type { QueuedTask, RunQueue, RunQueues, SchedulerClass } from './run-queue.ts';
