import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Cluster, createCluster } from './support/cluster.ts';
import { findingsOf } from './support/findings-of.ts';
import { isNodeNewEnough, title } from './support/node-version.ts';
import { openStore } from './support/open-store.ts';
import { worldOf } from './support/world-of.ts';

describe(title, () => {
  let folder: string;
  let cluster: Cluster | undefined;

  before(async function () {
    if (!isNodeNewEnough) {
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'fleet-copy-'));
    cluster = await createCluster();
  });

  after(() => {
    cluster?.remove();
    if (folder !== undefined) {
      rmSync(folder, { recursive: true });
    }
  });

  for (const kind of ['pglite', 'postgres'] as const) {
    it(`copies all that it has to ${kind}, once`, async function () {
      const from = `pglite:${join(folder, `from-${kind}`)}`;
      const to = kind === 'pglite' ? `pglite:${join(folder, 'to')}` : cluster?.url;
      if (to === undefined) {
        this.skip();
      }
      await fill(from);
      const { fleet } = await import('@vmcorekit/fleet');
      const world = worldOf('', folder);
      const first = await fleet.copyFleet(world, from, to);
      expect(first.isWhole).to.equal(true);
      expect(countsOf(first.tables, 'copied')).to.deep.equal({
        ...counts,
        watched: 1,
        sighting: 1,
      });
      expect(first.waiting).to.equal(1);
      expect(first.to).not.to.contain('secret-word');

      const again = await fleet.copyFleet(world, from, to);
      expect(again.isWhole).to.equal(true);
      expect(Math.max(...again.tables.map(({ copied }) => copied))).to.equal(0);
      expect(again.waiting, 'the waiting job is queued once').to.equal(1);

      const rowsOf = async (database: string): Promise<unknown[]> => {
        const rows = [];
        for await (const { number: _, ...row } of fleet.fleetResults(
          { ...world, database },
          { withReport: true },
        )) {
          rows.push(row);
        }
        return rows;
      };
      expect(await rowsOf(to)).to.deep.equal(await rowsOf(from));
      await using open = await openStore(to);
      const [job] = await open.store.queue.unfinished(open.store.database, null, 10);
      expect(job?.priority, 'the priority of what waits').to.equal(7);
    });
  }

  it('goes on with a copy that was ended, and says what differs', async () => {
    const from = `pglite:${join(folder, 'from-ended')}`;
    const to = `pglite:${join(folder, 'to-ended')}`;
    await fill(from);
    const { fleet } = await import('@vmcorekit/fleet');
    const world = worldOf('', folder);
    await fleet.copyFleet(world, from, to);
    {
      await using open = await openStore(to);
      await open.store.database.query(`delete from fleet.result where release = '6.1.0'`);
      await open.store.database.query(`update fleet.result set panic = 'another'`);
    }
    const { tables, isWhole } = await fleet.copyFleet(world, from, to);
    expect(isWhole).to.equal(false);
    expect(tables.find(({ table }) => table === 'result')).to.deep.equal({
      table: 'result',
      rows: 450,
      copied: 1,
      missing: 0,
      different: 449,
    });
  });

  it('refuses a database that is not there, and one as its own copy', async () => {
    const { fleet } = await import('@vmcorekit/fleet');
    const world = worldOf('', folder);
    const failure = async (from: string, to: string): Promise<string> =>
      await fleet.copyFleet(world, from, to).then(
        () => 'nothing',
        (error: unknown) => String(error),
      );
    expect(await failure('pglite:none', 'pglite:other')).to.contain('no database of a fleet');
    expect(await failure('pglite:a', 'pglite:./a')).to.contain('another database');
  });
});

const counts = { dump: 451, place: 451, job: 451, result: 450 };

/** 450 results, of which the last is of 6.1.0; one job that waits; one watched file. */
async function fill(database: string): Promise<void> {
  await using open = await openStore(database);
  const { store } = open;
  const wanted = { analyzers: [], toolVersion: '1.0.0', priority: 7 };
  const dumps = Array.from({ length: 451 }, (_, index) => ({
    identity: `digest-${index}`,
    sizeInBytes: 2 ** 40 + index,
    whole: null,
    place: { files: [`/dumps/a 'quoted',"\\ü ${index}`, `part ${index}`], stamp: `1:2:${index}` },
  }));
  await store.add(dumps, wanted);
  const jobs = await store.database.query<{ id: string; dump: string }>(
    // Results do not come in the order of their keys.
    'select id, dump from fleet.job order by id desc',
  );
  await store.database.transaction(async (transaction) => {
    for (const [index, { id, dump }] of jobs.slice(0, 450).entries()) {
      await store.write(
        { id, dump, whole: null, analyzers: [], toolVersion: '1.0.0', places: [] },
        {
          outcome: 'read',
          because: null,
          milliseconds: 5,
          findings: findingsOf({
            release: index === 449 ? '6.1.0' : '6.12.0',
            dumpedAt: '2026-11-30T12:00:00.123Z',
            report: { list: [null, 1.5, 'ü\\"'], number: 2 ** 53 },
          }),
        },
        transaction,
      );
    }
  });
  await store.database.query(
    `insert into fleet.watched values ('/dumps', 1, now());
    insert into fleet.sighting (place, path, folder, stamp, look)
      values ('/dumps', '/dumps/a', '/dumps', '1:2:3', 1);`,
  );
}

function countsOf(
  tables: readonly { readonly table: string; readonly copied: number }[],
  key: 'copied',
): Record<string, number> {
  return Object.fromEntries(tables.map((each) => [each.table, each[key]]));
}
