import type { FleetFilter } from 'vmcorekit/fleet';

/** A condition on `fleet.result result`, and its values `$1`, `$2`, … */
export interface Conditions {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The conditions that a result must meet; `true` where the filter has none. */
export function conditionsOf(filter: FleetFilter): Conditions {
  const texts: string[] = [];
  const values: unknown[] = [];
  const add = (value: unknown, text: (place: string) => string): void => {
    if (value !== undefined) {
      values.push(value);
      texts.push(text(`$${values.length}`));
    }
  };
  const glob = filter.release === undefined ? undefined : likeOf(filter.release);
  add(glob, (at) => `result.release like ${at}`);
  add(filter.buildId, (at) => `result.build_id = ${at}`);
  add(filter.architecture, (at) => `result.architecture = ${at}`);
  add(filter.signature, (at) => `result.signature = ${at}`);
  add(filter.outcome, (at) => `result.outcome = ${at}`);
  add(filter.since, (at) => `result.finished_at >= ${at}::timestamptz`);
  add(filter.until, (at) => `result.finished_at < ${at}::timestamptz`);
  add(
    filter.newSince,
    (at) =>
      `result.signature is not null and result.finished_at >= ${at}::timestamptz
        and not exists (select from fleet.result older
          where older.signature = result.signature and older.finished_at < ${at}::timestamptz)`,
  );
  add(filter.before, (at) => `result.number < ${at}::bigint`);
  // `@>` is what the indexes of lists serve.
  add(filter.damage && [filter.damage], (at) => `result.damage @> ${at}::text[]`);
  add(filter.module && [filter.module], (at) => `result.modules @> ${at}::text[]`);
  for (const letter of new Set(filter.taint)) {
    add(letter, (at) => `strpos(result.taint, ${at}) > 0`);
  }
  add(
    filter.file,
    (at) =>
      `exists (select from fleet.place place
        where place.dump = result.dump and ${at} = any(place.files))`,
  );
  return { text: texts.join(' and ') || 'true', values };
}

/** A glob as a pattern of LIKE. */
function likeOf(glob: string): string {
  return glob
    .replaceAll(/[\\%_]/g, '\\$&')
    .replaceAll('*', '%')
    .replaceAll('?', '_');
}
