import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { FleetRow, FleetWorld } from 'vmcorekit/fleet';
import { type Cluster, createCluster } from './support/cluster.ts';
import { isNodeNewEnough, title } from './support/node-version.ts';
import { writePoison, writePoisonConfig } from './support/poison.ts';

const fixture = fileURLToPath(
  new URL('../../../fixtures/qemu-10-firmware/kdump-lzo.vmcore', import.meta.url),
);

describe(title, () => {
  let folder: string;
  let cluster: Cluster | undefined;

  before(async function () {
    if (!isNodeNewEnough) {
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'fleet-'));
    cluster = await createCluster();
  });

  after(() => {
    cluster?.remove();
    if (folder !== undefined) {
      rmSync(folder, { recursive: true });
    }
  });

  for (const kind of ['pglite', 'postgres'] as const) {
    it(`gives each dump exactly one result and isolates poison on ${kind}`, async function () {
      const database = kind === 'pglite' ? `pglite:${join(folder, 'db')}` : cluster?.url;
      if (database === undefined) {
        this.skip();
      }
      const { fleet } = await import('@vmcorekit/fleet');
      const files = writeDumps(folder);
      const world: FleetWorld = {
        database,
        env: {},
        folder,
        signal: new AbortController().signal,
        toolVersion: '1.0.0',
        remark: () => {},
      };
      const refused: string[] = [];
      const add = () =>
        fleet.addDumps(
          world,
          oneByOne(files),
          { analyzers: [], priority: 0 },
          {
            refused: async (_files, error) => void refused.push(String(error)),
          },
        );
      expect(await add()).to.deep.equal({ seen: 6, dumps: 5, jobs: 5 });
      expect(refused).to.have.length(1);
      expect(refused[0]).to.contain('/not-there').and.to.contain('no such file');
      expect(await add(), 'the second time').to.deep.equal({ seen: 6, dumps: 0, jobs: 0 });

      const seen: string[] = [];
      const count = await fleet.runFleet(world, {
        workers: 2,
        memoryInBytes: 2 ** 30,
        milliseconds: 600_000,
        untilEmpty: true,
        watching: null,
        hooks: [],
        config: writePoisonConfig(join(folder, 'site')),
        onResult: ({ files: [file = ''] }) => seen.push(file),
      });
      expect(count).to.equal(5);
      expect(seen).to.have.length(5);
      const rows: FleetRow[] = [];
      for await (const row of fleet.fleetResults(world, {})) {
        rows.push(row);
      }
      expect(outcomesOf(rows)).to.deep.equal({
        'copy.vmcore': 'read',
        'longer.vmcore': 'read',
        'text.vmcore': 'unreadable',
        'abort.vmcore': 'crashed',
        'exit.vmcore': 'crashed',
      });
      expect((await fleet.fleetStatus(world)).results).to.deep.equal({
        crashed: 2,
        read: 2,
        unreadable: 1,
      });
    });
  }
});

/** Six files, five dumps, and a path that leads nowhere. */
function writeDumps(folder: string): string[] {
  const inFolder = (name: string): string => join(folder, name);
  copyFileSync(fixture, inFolder('first.vmcore'));
  copyFileSync(fixture, inFolder('copy.vmcore'));
  copyFileSync(fixture, inFolder('longer.vmcore'));
  writeFileSync(inFolder('longer.vmcore'), 'one more', { flag: 'a' });
  writeFileSync(inFolder('text.vmcore'), 'no dump at all');
  writePoison(inFolder('abort.vmcore'), 'abort', '');
  writePoison(inFolder('exit.vmcore'), 'exit', '');
  const names = ['first', 'copy', 'longer', 'text', 'abort', 'exit'];
  return [inFolder('not-there'), ...names.map((name) => inFolder(`${name}.vmcore`))];
}

async function* oneByOne(files: readonly string[]): AsyncGenerator<readonly string[]> {
  for (const file of files) {
    yield [file];
  }
}

function outcomesOf(rows: readonly FleetRow[]): Record<string, string> {
  return Object.fromEntries(
    rows.map(({ files: [file = ''], outcome }) => [file.slice(file.lastIndexOf('/') + 1), outcome]),
  );
}
