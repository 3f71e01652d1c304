import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '@vmcorekit/fleet';
import type { FleetWorld } from 'vmcorekit/fleet';

/** Text that a hostile dump may hold: markup, and characters that control and reorder. */
export const hostile = `<script>alert(1)</script>"'><b>\u202eevil\x1b[31m`;

/** A row of `fleet.result` and its dump. */
interface Row {
  readonly daysAgo: number;
  readonly signature: string | null;
  readonly files: readonly string[];
  readonly panic: string | null;
  readonly outcome: string;
  readonly report: object;
}

const report = {
  probe: {
    confidence: 'certain',
    kernel: { release: '6.1.0', physBase: -4096 },
    evidence: [{ because: hostile, kind: 'paging', strength: 'strong', heuristic: 'cr3-walk' }],
    contradictions: [],
    conditions: [{ name: 'truncated', detail: hostile }],
  },
  analyses: {
    'crash-summary': {
      data: {
        task: { pid: 1, comm: hostile },
        stack: { frames: [{ symbol: 'panic', offset: 16, address: '0x10', module: null }] },
      },
      because: null,
      remarks: [hostile],
    },
    'of-the-site': { data: { url: 'https://files.example/a?token=secret' } },
  },
  log: [hostile, 'last line'],
};

/** 60 signatures, so that there is a second page; one is older and one has no name for people. */
export function rowsOfATest(): Row[] {
  const row = { daysAgo: 1, files: ['/var/crash/vmcore'], panic: 'Oops', outcome: 'read', report };
  return [
    ...Array.from({ length: 60 }, (_, at) => ({ ...row, signature: `v1-${1000 + at}` })),
    { ...row, signature: 'v1-old', daysAgo: 10 },
    { ...row, signature: 'v1-old', daysAgo: 9 },
    { ...row, signature: 'v1-old' },
    { ...row, signature: null, outcome: 'crashed', panic: null, report: {} },
    { ...row, signature: 'v1-evil', panic: hostile, files: ['https://d.example/x?token=secret'] },
    { ...row, signature: 'v1-web', files: ['https://d.example/y'] },
  ];
}

/** Writes rows in their order, so that the last one has the greatest number. */
export async function writeRows(database: Database, rows: readonly Row[]): Promise<void> {
  for (const [at, row] of rows.entries()) {
    const dump = at.toString(16).padStart(64, '0');
    await database.query('insert into fleet.dump (identity, size_in_bytes) values ($1, 5000)', [
      dump,
    ]);
    await database.query(`insert into fleet.place (dump, files, stamp) values ($1, $2, '')`, [
      dump,
      row.files,
    ]);
    const id = `00000000-0000-8000-8000-${at.toString(16).padStart(12, '0')}`;
    await database.query(
      `insert into fleet.job (id, dump, analyzers, tool_version) values ($1, $2, '{}', '1')`,
      [id, dump],
    );
    await database.query(
      `insert into fleet.result (job, dump, outcome, finished_at, tool_version, milliseconds,
          release, confidence, signature, panic, taint, damage, modules, report)
        values ($1, $2, $3, now() - $4::integer * interval '1 day', '1', 20, '6.1.0', 'certain',
          $5, $6, 'O', '{truncated}', '{ext4}', $7::text::jsonb)`,
      [id, dump, row.outcome, row.daysAgo, row.signature, row.panic, JSON.stringify(row.report)],
    );
  }
}

/** A fleet with rows, and the server that shows it. */
export interface ServedFleet {
  readonly url: string;
  readonly remarks: readonly string[];
  stop(): Promise<void>;
}

/** Starts `serve` on a database of its own, or on the one given, which must be empty. */
export async function serveRows(databaseUrl?: string): Promise<ServedFleet> {
  const { fleet, openDatabase, parseDatabaseUrl } = await import('@vmcorekit/fleet');
  const folder = mkdtempSync(join(tmpdir(), 'fleet-serve-'));
  const name = databaseUrl ?? `pglite:${join(folder, 'db')}`;
  const database = await openDatabase(parseDatabaseUrl(name, folder), () => {});
  try {
    await writeRows(database, rowsOfATest());
  } finally {
    await database.close();
  }
  const stopping = new AbortController();
  const remarks: string[] = [];
  const world: FleetWorld = {
    database: name,
    env: {},
    folder,
    signal: stopping.signal,
    toolVersion: '1',
    remark: (text) => remarks.push(text),
  };
  const listening = new EventTarget();
  const heard = once(listening, 'listening');
  let url = '';
  const served = fleet.serveFleet(world, {
    host: '127.0.0.1',
    port: 0,
    names: [],
    browserPage: 'https://view.example/',
    onListening(address) {
      url = address;
      listening.dispatchEvent(new Event('listening'));
    },
  });
  await Promise.race([heard, served]);
  return {
    url,
    remarks,
    async stop() {
      stopping.abort();
      await served;
      rmSync(folder, { recursive: true });
    },
  };
}
