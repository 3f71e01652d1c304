import type { Database, Queryable } from '../database/database.ts';

const maxSeconds = 10;

/**
 * Asks the database without a way to change it, and sees one state of it. A statement that takes
 * longer than 10 s is cancelled, on a server.
 */
export async function readOnly<Result>(
  database: Database,
  work: (transaction: Queryable) => Promise<Result>,
): Promise<Result> {
  return await database.transaction(async (transaction) => {
    await transaction.query(
      `set transaction isolation level repeatable read, read only;
      set local statement_timeout = '${maxSeconds}s'`,
    );
    return await work(transaction);
  });
}
