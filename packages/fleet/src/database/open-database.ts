import type { Database } from './database.ts';
import { migrate } from './schema.ts';
import { type DatabaseUrl, shownUrl } from './url.ts';

/**
 * Opens a database, and makes its tables or brings them up to date. `remark` gets what is not worth
 * an error. Throws `FolderInUse`, and the database's errors.
 */
export async function openDatabase(
  url: DatabaseUrl,
  remark: (text: string) => void,
): Promise<Database> {
  const database = await opened(url, remark);
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
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
