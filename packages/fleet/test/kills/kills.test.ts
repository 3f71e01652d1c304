// Kills readers and coordinators at points that a seed chooses, and restarts the database in the
// middle. `npm run fleet:test` runs it; it takes minutes, so `npm test` does not.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Cluster, createCluster } from '../support/cluster.ts';
import { isNodeNewEnough, title } from '../support/node-version.ts';
import { writePoisonConfig } from '../support/poison.ts';
import { type Crowd, writeCrowd } from './crowd.ts';
import { killSchedule } from './schedule.ts';
import { Siege } from './siege.ts';

const seeds = (process.env.FLEET_SEEDS ?? '1,2,3,4,5,6,7,8,9,10').split(',').map(Number);
const dumpCount = Number(process.env.FLEET_DUMPS ?? 500);

describe(`${title}, killed at any point`, () => {
  let folder: string;
  let cluster: Cluster | undefined;
  let crowd: Crowd;

  before(async function () {
    if (!isNodeNewEnough) {
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'fleet-kills-'));
    crowd = writeCrowd(join(folder, 'dumps'), dumpCount);
    cluster = await createCluster();
  });

  after(() => {
    cluster?.remove();
    if (folder !== undefined) {
      rmSync(folder, { recursive: true });
    }
  });

  for (const kind of ['pglite', 'postgres'] as const) {
    for (const seed of seeds) {
      it(`has one result for each dump on ${kind}, seed ${seed}`, async function () {
        if (kind === 'postgres' && cluster === undefined) {
          this.skip();
        }
        const siege = new Siege({
          database: kind === 'pglite' ? `pglite:${join(folder, `db-${seed}`)}` : undefined,
          cluster: kind === 'pglite' ? undefined : cluster,
          databaseName: `seed_${seed}`,
          config: writePoisonConfig(join(folder, 'site')),
          // PGlite belongs to one process at a time.
          coordinators: kind === 'pglite' ? 1 : 2,
        });
        await siege.add(crowd);
        await siege.run(killSchedule(seed, crowd.files.length));
        const rows = await siege.results();
        expect(new Set(rows.map(({ dump }) => dump)).size, 'distinct').to.equal(rows.length);
        expect(
          Object.fromEntries(rows.map(({ files: [file = ''], outcome }) => [file, outcome])),
        ).to.deep.equal(Object.fromEntries(crowd.outcomes));
      });
    }
  }
});
