import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { Database, Queryable } from './database.ts';
import { lockFolder } from './folder-lock.ts';

/** PGlite's own files in the folder of a database. */
export function databaseFolder(folder: string): string {
  return join(folder, 'database');
}

/**
 * A database inside this process, with its files in a folder. Takes the folder's lock first: PGlite
 * has none, and two processes on one folder lose rows silently. Throws `io`, with the holder's pid.
 */
export async function openPglite(folder: string, name: string): Promise<Database> {
  // Results hold text out of memory dumps: only their owner may read them.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lock = lockFolder(folder);
  let pglite: PGlite;
  try {
    pglite = await PGlite.create(databaseFolder(folder));
  } catch (error) {
    lock.release();
    throw error;
  }
  return {
    kind: 'pglite',
    name,
    ...queryableOf(pglite),
    transaction: (work) => pglite.transaction((transaction) => work(queryableOf(transaction))),
    async listen(channel, heard) {
      const stop = await pglite.listen(channel, heard);
      return { close: () => stop().catch(() => {}) };
    },
    async close() {
      try {
        await pglite.close();
      } finally {
        lock.release();
      }
    },
  };
}

function queryableOf(pglite: Pick<PGlite, 'query' | 'exec'>): Queryable {
  return {
    async query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]> {
      if (values !== undefined && values.length > 0) {
        return (await pglite.query<Row>(text, [...values])).rows;
      }
      // One statement or several: `query` of PGlite takes only one.
      const results = await pglite.exec(text);
      return results.flatMap(({ rows }) => rows as Row[]);
    },
  };
}
