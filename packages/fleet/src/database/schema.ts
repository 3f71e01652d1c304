import { VmcorekitError } from '@vmcorekit/core';
import { hookTables } from '../hooks/hook-tables.ts';
import { watchTables } from '../watch/watch-tables.ts';
import type { Database } from './database.ts';

/** Serialises migrations of several processes. An arbitrary number. */
const migrationLock = 0x766d6366;

/** Each brings the tables from the version before it to the next. Never change a released one. */
const migrations: readonly string[] = [
  `create table fleet.dump (
    -- SHA-256, as hexadecimal digits; docs/fleet.md says of what.
    identity text primary key,
    size_in_bytes bigint not null,
    -- SHA-256 of everything; null until two places had to be compared.
    whole text,
    added_at timestamptz not null default now()
  );
  create sequence fleet.place_seen;
  create table fleet.place (
    dump text not null references fleet.dump on delete cascade,
    -- The parts of a split dump, in order; else one path.
    files text[] not null,
    -- What a later look compares, to see without reading that nothing changed.
    stamp text not null,
    -- Ascends with each look at the files; the greatest is the newest.
    seen bigint not null default nextval('fleet.place_seen'),
    primary key (files, dump)
  );
  create index place_dump on fleet.place (dump);
  create table fleet.job (
    id uuid primary key,
    dump text not null references fleet.dump on delete cascade,
    -- Names of analyzers, sorted; empty for the usual analysis.
    analyzers text[] not null,
    tool_version text not null,
    -- Higher ones run first; a retry keeps it.
    priority integer not null default 0,
    -- How often the dump ended its reader, and how often something else may have.
    crashes integer not null default 0,
    kills integer not null default 0,
    added_at timestamptz not null default now()
  );
  create index job_dump on fleet.job (dump);
  create table fleet.result (
    -- Ascends with each result, for paging.
    number bigint generated always as identity unique,
    job uuid primary key references fleet.job on delete cascade,
    dump text not null references fleet.dump on delete cascade,
    outcome text not null,
    because text,
    finished_at timestamptz not null default now(),
    tool_version text not null,
    milliseconds integer,
    release text,
    build_id text,
    architecture text,
    confidence text,
    signature text,
    signature_text text,
    panic text,
    taint text,
    dumped_at timestamptz,
    damage text[] not null default '{}',
    modules text[] not null default '{}',
    report jsonb not null
  );
  create index result_dump on fleet.result (dump);
  create index result_finished_at on fleet.result (finished_at);
  create index result_release on fleet.result (release text_pattern_ops);
  create index result_build_id on fleet.result (build_id);
  create index result_signature on fleet.result (signature);
  create index result_dumped_at on fleet.result (dumped_at);
  create index result_damage on fleet.result using gin (damage);
  create index result_modules on fleet.result using gin (modules);`,
  watchTables,
  hookTables,
];

/** Makes the tables, or brings them up to date. Throws `io` for those of a newer vmcorekit. */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.query('select pg_advisory_xact_lock($1)', [migrationLock]);
    await transaction.query(
      `create schema if not exists fleet;
      create table if not exists fleet.schema_version (version integer not null);`,
    );
    const [row] = await transaction.query<{ version: number }>(
      'select version from fleet.schema_version',
    );
    const version = row?.version ?? 0;
    if (version > migrations.length) {
      const because =
        `made by a newer vmcorekit (tables of version ${version}, known are ` +
        `${migrations.length}): update vmcorekit`;
      throw new VmcorekitError('io', { file: database.name, because });
    }
    for (const migration of migrations.slice(version)) {
      await transaction.query(migration);
    }
    if (version < migrations.length) {
      await transaction.query('delete from fleet.schema_version');
      await transaction.query('insert into fleet.schema_version values ($1)', [migrations.length]);
    }
  });
}
