import type { WatchedFile } from 'vmcorekit/fleet';
import type { Queryable } from '../database/database.ts';

/** A file that no longer changes and was not taken yet. */
export interface SettledFile {
  readonly path: string;
  readonly stamp: string;
}

/** What earlier looks at a place saw. It lies in the database, so a look holds little. */
export class Sightings {
  readonly #database: Queryable;
  readonly #place: string;

  constructor(database: Queryable, place: string) {
    this.#database = database;
    this.#place = place;
  }

  /**
   * The number of a new look; undefined if another process began one less than `everyMilliseconds`
   * ago.
   */
  async begin(everyMilliseconds: number): Promise<number | undefined> {
    const [row] = await this.#database.query<{ look: number }>(
      `insert into fleet.watched as known (place, look, looked_at) values ($1, 1, now())
        on conflict (place) do update set look = known.look + 1, looked_at = now()
          where known.looked_at <= now() - $2 * interval '1 millisecond'
        returning look::float8 as look`,
      [this.#place, everyMilliseconds],
    );
    return row?.look;
  }

  /**
   * Stores what a look met. A file is settled if an earlier look saw the same stamp, at least
   * `everyMilliseconds` ago.
   */
  async note(
    files: readonly WatchedFile[],
    look: number,
    everyMilliseconds: number,
  ): Promise<void> {
    // One statement takes each row once.
    const unique = [...new Map(files.map((file) => [file.path, file])).values()];
    await this.#database.query(
      `insert into fleet.sighting as known (place, path, folder, stamp, look)
        select $1, path, folder, stamp, $2
          from unnest($3::text[], $4::text[], $5::text[]) as met (path, folder, stamp)
        on conflict (place, path) do update set
          look = greatest(known.look, excluded.look),
          since = case when known.stamp = excluded.stamp then known.since else now() end,
          is_settled = known.stamp = excluded.stamp and
            (known.is_settled or known.since <= now() - $6 * interval '1 millisecond'),
          is_done = known.stamp = excluded.stamp and known.is_done,
          stamp = excluded.stamp`,
      [
        this.#place,
        look,
        unique.map(({ path }) => path),
        unique.map(({ folder }) => folder),
        unique.map(({ stamp }) => stamp),
        everyMilliseconds,
      ],
    );
  }

  /** Ends a look. If it saw everything, files that it did not meet are forgotten. */
  async end(look: number, because: string | null): Promise<void> {
    await this.#database.query('update fleet.watched set because = $2 where place = $1', [
      this.#place,
      because,
    ]);
    if (because === null) {
      await this.#database.query('delete from fleet.sighting where place = $1 and look < $2', [
        this.#place,
        look,
      ]);
    }
  }

  /** The first folder after another that has files to take; undefined after the last. */
  async folderAfter(folder: string): Promise<string | undefined> {
    const [row] = await this.#database.query<{ folder: string }>(
      `select folder from fleet.sighting
        where place = $1 and folder > $2 and not is_done and is_settled
        order by folder limit 1`,
      [this.#place, folder],
    );
    return row?.folder;
  }

  /** Files of a folder to take, in the order of their paths, after a path; at most `count`. */
  async settledIn(folder: string, after: string, count: number): Promise<SettledFile[]> {
    return await this.#database.query<SettledFile>(
      `select path, stamp from fleet.sighting
        where place = $1 and folder = $2 and path > $3 and not is_done and is_settled
        order by path limit ${count}`,
      [this.#place, folder, after],
    );
  }

  /** All files of a folder: where a part of a split dump may have its others. */
  async allIn(
    folder: string,
    count: number,
  ): Promise<{ readonly path: string; readonly isSettled: boolean }[]> {
    return await this.#database.query(
      `select path, is_settled as "isSettled" from fleet.sighting
        where place = $1 and folder = $2 order by path limit ${count}`,
      [this.#place, folder],
    );
  }

  /** Marks files that need no other look, as long as their stamps stay. */
  async finish(files: readonly SettledFile[]): Promise<void> {
    await this.#database.query(
      `update fleet.sighting sighting set is_done = true
        from unnest($2::text[], $3::text[]) as done (path, stamp)
        where sighting.place = $1 and sighting.path = done.path
          and sighting.stamp = done.stamp`,
      [this.#place, files.map(({ path }) => path), files.map(({ stamp }) => stamp)],
    );
  }
}
