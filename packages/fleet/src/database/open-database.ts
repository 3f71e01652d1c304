import { firstLine, isVmcorekitError, systemReason, VmcorekitError } from '@vmcorekit/core';
import type { Database } from './database.ts';
import { migrate } from './schema.ts';
import { type DatabaseUrl, shownUrl } from './url.ts';

/**
 * Opens a database, and makes its tables or brings them up to date. `remark` gets what is not worth
 * an error. Throws `io` if the database is in use, gone, or of a newer version.
 */
export async function openDatabase(
  url: DatabaseUrl,
  remark: (text: string) => void,
): Promise<Database> {
  let database: Database | undefined;
  try {
    database = await opened(url, remark);
    await migrate(database);
    return database;
  } catch (error) {
    await database?.close();
    throw asDatabaseError(shownUrl(url), error);
  }
}

/** An error of a database as `io`, with its name. Others stay as they are. */
export function asDatabaseError(name: string, error: unknown): unknown {
  if (isVmcorekitError(error)) {
    return error;
  }
  // One for each address of a host that refused.
  const [first = error]: unknown[] = error instanceof AggregateError ? error.errors : [];
  const because = firstLine(systemReason(first));
  return new VmcorekitError('io', { file: name, because }, { cause: error });
}

async function opened(url: DatabaseUrl, remark: (text: string) => void): Promise<Database> {
  const name = shownUrl(url);
  if (url.kind === 'postgres') {
    const { openPostgres } = await import('./postgres.ts');
    return openPostgres(url.url, name, remark);
  }
  const { openPglite } = await import('./pglite.ts');
  return await openPglite(url.folder, name);
}
