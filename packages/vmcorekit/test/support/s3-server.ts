import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export interface S3Account {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface S3Server extends AsyncDisposable {
  /** The environment in which AWS's tools would use it. */
  readonly env: Readonly<Record<string, string>>;
}

/** S3 on this machine, with one account. `s3://FAULT/PATH` makes a fault of its thread's. */
export async function s3Server(folder: string, account: S3Account): Promise<S3Server> {
  const worker = new Worker(new URL('./s3-server-thread.js', import.meta.url), {
    workerData: { folder, account },
  });
  const [port] = (await once(worker, 'message')) as [number];
  return {
    env: {
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: account.accessKeyId,
      AWS_SECRET_ACCESS_KEY: account.secretAccessKey,
      AWS_SESSION_TOKEN: account.sessionToken,
      // No file of the one who runs the tests.
      AWS_CONFIG_FILE: '/dev/null/config',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null/credentials',
    },
    [Symbol.asyncDispose]: async () => {
      await worker.terminate();
    },
  };
}
