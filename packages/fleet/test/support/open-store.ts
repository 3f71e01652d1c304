import type { Store } from '@vmcorekit/fleet';

export interface OpenStore extends AsyncDisposable {
  readonly store: Store;
}

/** The tables and the queue of a test, in a database of a folder or on a server. */
export async function openStore(database: string): Promise<OpenStore> {
  const { openDatabase, parseDatabaseUrl, Queue, Store } = await import('@vmcorekit/fleet');
  const remark = (): void => {};
  const opened = await openDatabase(parseDatabaseUrl(database, '/'), remark);
  const queue = await Queue.open(opened, remark, { isSupervising: false });
  return {
    store: new Store(opened, queue),
    async [Symbol.asyncDispose]() {
      await queue.close();
      await opened.close();
    },
  };
}
