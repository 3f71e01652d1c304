import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export interface FileServer extends AsyncDisposable {
  /** Its address, without a slash at the end. */
  readonly url: string;
}

/** Serves a folder over http on this machine. `URL/FAULT/PATH` makes a fault of its thread's. */
export async function fileServer(folder: string): Promise<FileServer> {
  const worker = new Worker(new URL('./file-server-thread.js', import.meta.url), {
    workerData: { folder },
  });
  const [port] = (await once(worker, 'message')) as [number];
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      await worker.terminate();
    },
  };
}
