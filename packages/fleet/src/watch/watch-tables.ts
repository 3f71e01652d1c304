/** The places that are watched, and what was seen there. */
export const watchTables: string = `create table fleet.watched (
    place text primary key,
    -- Ascends with each look.
    look bigint not null default 0,
    looked_at timestamptz,
    -- Why the last look did not see everything; null if it did.
    because text
  );
  create table fleet.sighting (
    place text not null references fleet.watched on delete cascade,
    path text not null,
    folder text not null,
    stamp text not null,
    -- When this stamp was seen first.
    since timestamptz not null default now(),
    -- The last look that met the file.
    look bigint not null,
    -- Whether two looks saw the same stamp, and what came of it.
    is_settled boolean not null default false,
    is_done boolean not null default false,
    primary key (place, path)
  );
  create index sighting_open on fleet.sighting (place, folder, path) where not is_done;
  create index sighting_look on fleet.sighting (place, look);`;
