import { createHash } from 'node:crypto';
import type { CopiedRows } from 'vmcorekit/fleet';
import type { Database, Queryable } from '../database/database.ts';
import type { CopiedTable } from './copied-tables.ts';

/** Rows of one statement. */
const pageOfRows = 200;

/**
 * Copies the rows of a table that the other database does not have, page by page. Then reads all of
 * them back, and compares the hash of each page. Rows travel as JSON, which holds every column of
 * these tables exactly. A column that numbers rows by itself is left out: the other database does.
 */
export async function copyTable(
  table: CopiedTable,
  source: Queryable,
  target: Database,
  signal: AbortSignal,
): Promise<CopiedRows> {
  const columns = await columnsOf(table, source);
  let copied = 0;
  const pages = { table, columns, source, signal };
  for await (const page of pagesOf(pages)) {
    const inserted = await target.query(
      `insert into fleet.${table.name} (${columns.join(', ')})
        select ${columns.join(', ')}
          from json_populate_recordset(null::fleet.${table.name}, $1::text::json)
        on conflict (${table.key.join(', ')}) do nothing returning 1`,
      [`[${page.join(',')}]`],
    );
    copied += inserted.length;
  }
  let rows = 0;
  let missing = 0;
  let different = 0;
  for await (const page of pagesOf(pages)) {
    rows += page.length;
    const there = await sameKeys(table, columns, target, page);
    if (hashOf(page) !== hashOf(there)) {
      missing += page.length - there.length;
      const known = new Set(page);
      different += there.filter((row) => !known.has(row)).length;
    }
  }
  return { table: table.name, rows, copied, missing, different };
}

/** Those that a statement may set. */
async function columnsOf({ name }: CopiedTable, source: Queryable): Promise<string[]> {
  const rows = await source.query<{ name: string }>(
    `select column_name as name from information_schema.columns
      where table_schema = 'fleet' and table_name = $1 and is_identity = 'NO'
      order by ordinal_position`,
    [name],
  );
  return rows.map((row) => row.name);
}

interface Pages {
  readonly table: CopiedTable;
  readonly columns: readonly string[];
  readonly source: Queryable;
  readonly signal: AbortSignal;
}

async function* pagesOf({
  table: { name, key, order },
  columns,
  source,
  signal,
}: Pages): AsyncGenerator<string[], void, void> {
  const by = order === undefined ? key : [order];
  const place = by.map((column) => `"row".${column}`).join(', ');
  const after = `(${place}) > (
    select ${by.join(', ')} from json_populate_record(null::fleet.${name}, $1::text::json))`;
  for (let last: string | undefined; ; ) {
    signal.throwIfAborted();
    const rows = await source.query<{ text: string; place: string }>(
      `select ${jsonOf(columns)}::text as text, ${jsonOf(by)}::text as place
        from fleet.${name} "row" where ${last === undefined ? 'true' : after}
        order by ${place} limit ${pageOfRows}`,
      last === undefined ? [] : [last],
    );
    last = rows.at(-1)?.place;
    if (last === undefined) {
      return;
    }
    yield rows.map(({ text }) => text);
  }
}

/** The rows of the other database with the keys of a page, in its order. */
async function sameKeys(
  { name, key }: CopiedTable,
  columns: readonly string[],
  target: Database,
  page: readonly string[],
): Promise<string[]> {
  return await target.transaction(async (transaction) => {
    await transaction.query(sameTextEverywhere);
    const rows = await transaction.query<{ text: string }>(
      `select ${jsonOf(columns)}::text as text
        from json_array_elements($1::text::json) with ordinality as page (element, number)
        cross join lateral json_populate_record(null::fleet.${name}, page.element) as wanted
        join fleet.${name} "row" on ${key
          .map((column) => `"row".${column} = wanted.${column}`)
          .join(' and ')}
        order by page.number`,
      [`[${page.join(',')}]`],
    );
    return rows.map(({ text }) => text);
  });
}

/** Times are written in the time zone of the session. For the transaction only. */
export const sameTextEverywhere = `set local timezone to 'UTC'`;

function jsonOf(columns: readonly string[]): string {
  return `jsonb_build_object(${columns.map((name) => `'${name}', "row".${name}`).join(', ')})`;
}

function hashOf(rows: readonly string[]): string {
  return createHash('sha256').update(rows.join('\n')).digest('hex');
}
