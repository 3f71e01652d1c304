import pg from 'pg';
import type { Database, Queryable } from './database.ts';

/** Connections of one coordinator: its loop, its heartbeats, the queue's upkeep. */
const maxConnections = 6;
const connectWithinMilliseconds = 10_000;

/** A server. Connects at the first statement. `remark` gets what broke an idle connection. */
export function openPostgres(url: string, name: string, remark: (text: string) => void): Database {
  const settings = {
    connectionString: url,
    application_name: 'vmcorekit fleet',
    connectionTimeoutMillis: connectWithinMilliseconds,
    keepAlive: true,
  };
  const pool = new pg.Pool({ ...settings, max: maxConnections });
  // Without a listener, a lost idle connection would end the process.
  pool.on('error', ({ message }) => remark(`the database closed a connection: ${message}`));
  return {
    kind: 'postgres',
    name,
    ...queryableOf(pool),
    async transaction(work) {
      const client = await pool.connect();
      let failure: Error | undefined;
      const onError = (error: Error): void => {
        failure = error;
      };
      client.on('error', onError);
      try {
        await client.query('begin');
        const result = await work(queryableOf(client));
        await client.query('commit');
        return result;
      } catch (error) {
        // A connection that cannot roll back is closed, which rolls back too.
        await client.query('rollback').catch(onError);
        throw error;
      } finally {
        client.off('error', onError);
        client.release(failure);
      }
    },
    async listen(channel, heard) {
      const client = new pg.Client(settings);
      client.on('error', ({ message }) => remark(`the database closed a connection: ${message}`));
      client.on('notification', heard);
      await client.connect();
      await client.query(`listen ${channel}`);
      return { close: () => client.end().catch(() => {}) };
    },
    close: () => pool.end(),
  };
}

function queryableOf(client: {
  query(text: string, values?: unknown[]): Promise<unknown>;
}): Queryable {
  return {
    async query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]> {
      const answer = await client.query(text, values === undefined ? undefined : [...values]);
      const results = (Array.isArray(answer) ? answer : [answer]) as { rows?: Row[] }[];
      return results.flatMap(({ rows = [] }) => rows);
    },
  };
}
