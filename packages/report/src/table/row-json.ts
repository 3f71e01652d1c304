import type { JsonObject } from '../json/json-line.ts';
import type { DataColumn } from './data-column.ts';

/** One row as an object of JSON, one key a column. */
export function rowJson<Row>(columns: readonly DataColumn<Row>[], row: Row): JsonObject {
  return {
    schema: 1,
    ...Object.fromEntries(
      columns.flatMap(({ key, value }) => (key === undefined ? [] : [[key, value(row)]])),
    ),
  };
}
