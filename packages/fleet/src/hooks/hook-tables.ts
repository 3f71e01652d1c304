/**
 * Hooks, and the results that are still to be handed over to them. A trigger adds those in the
 * transaction that writes a result, so none is lost, whichever process writes it.
 */
export const hookTables: string = `create table fleet.hook (
    -- A hash: a command or an address may hold secrets.
    id text primary key,
    name text not null,
    -- The last time a process could send to it.
    used_at timestamptz not null default now(),
    sent bigint not null default 0
  );
  create table fleet.hand_over (
    job uuid not null references fleet.result on delete cascade,
    hook text not null references fleet.hook on delete cascade,
    attempts integer not null default 0,
    next_at timestamptz not null default now(),
    -- It was tried too often.
    is_failed boolean not null default false,
    because text,
    primary key (job, hook)
  );
  create index hand_over_due on fleet.hand_over (hook, next_at) where not is_failed;
  create function fleet.add_hand_over() returns trigger language plpgsql as $$
    begin
      insert into fleet.hand_over (job, hook)
        select new.job, id from fleet.hook where used_at > now() - interval '7 days';
      return null;
    end
  $$;
  create trigger result_hand_over after insert on fleet.result
    for each row execute function fleet.add_hand_over();`;
