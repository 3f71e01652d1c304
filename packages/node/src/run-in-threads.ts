import { parentPort, type Worker } from 'node:worker_threads';
import { startWorker } from './start-worker.ts';

export interface ThreadsOptions<Task, Result> {
  /** The URL of a module that calls `serveTasks`. */
  readonly workerUrl: URL;
  /** The `workerData` of every thread. */
  readonly workerData: unknown;
  readonly threadCount: number;
  readonly tasks: readonly Task[];
  /** Called as tasks finish, in any order. */
  readonly onResult?: (result: Result) => void;
  readonly signal?: AbortSignal;
}

/**
 * Runs tasks in threads; each thread takes the next task when it has finished one. Tasks and
 * results are plain data. The results come in the order of the tasks. Rejects with the first error
 * or the signal's reason; no thread is left then.
 */
export async function runInThreads<Task, Result>(
  options: ThreadsOptions<Task, Result>,
): Promise<Result[]> {
  const { workerUrl, workerData, threadCount, tasks, signal } = options;
  signal?.throwIfAborted();
  const threads = Array.from({ length: Math.min(threadCount, tasks.length) }, () =>
    startWorker(workerUrl, workerData),
  );
  const results: Result[] = [];
  const queue = tasks.entries();
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  const work = threads.map(async (thread) => {
    for (const [index, task] of queue) {
      const result = await answerOf<Result>(thread, task);
      results[index] = result;
      options.onResult?.(result);
    }
  });
  try {
    await Promise.race([Promise.all(work), aborted]);
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
  return results;
}

/** Runs in a worker: answers each task with the result of `work`. */
export function serveTasks(work: (task: unknown) => unknown): void {
  parentPort?.on('message', (task: unknown) => parentPort?.postMessage(work(task), []));
}

function answerOf<Result>(thread: Worker, task: unknown): Promise<Result> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void): void => {
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
      end();
    };
    const onMessage = (result: Result): void => settle(() => resolve(result));
    const onError = (error: Error): void => settle(() => reject(error));
    const onExit = (): void =>
      settle(() => reject(new Error('a thread ended in the middle of its task')));
    thread.on('message', onMessage).on('error', onError).on('exit', onExit);
    thread.postMessage(task, []);
  });
}
