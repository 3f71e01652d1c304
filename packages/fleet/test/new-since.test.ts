import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { findingsOf } from './support/findings-of.ts';
import { isNodeNewEnough, title } from './support/node-version.ts';
import { openStore } from './support/open-store.ts';

describe(title, () => {
  it('shows the signatures that no older result has', async function () {
    if (!isNodeNewEnough) {
      this.skip();
    }
    const folder = mkdtempSync(join(tmpdir(), 'fleet-new-'));
    try {
      const { resultsOf } = await import('@vmcorekit/fleet');
      await using open = await openStore(`pglite:${join(folder, 'db')}`);
      const { store } = open;
      const results = [
        ['old', '2026-11-01', 'v1-known'],
        ['again', '2026-12-01', 'v1-known'],
        ['new', '2026-12-01', 'v1-new'],
        ['new-twin', '2026-12-02', 'v1-new'],
        ['none', '2026-12-02', null],
      ] as const;
      for (const [digest, time, signature] of results) {
        await store.add(
          [
            {
              identity: digest,
              sizeInBytes: 1,
              whole: null,
              place: { files: [digest], stamp: '' },
            },
          ],
          { analyzers: [], toolVersion: '1', priority: 0 },
        );
        const [job] = await store.database.query<{ id: string }>(
          'select id from fleet.job where dump = $1',
          [digest],
        );
        await store.database.transaction((transaction) =>
          store.write(
            {
              id: job?.id ?? '',
              dump: digest,
              whole: null,
              analyzers: [],
              toolVersion: '1',
              places: [],
            },
            {
              outcome: 'read',
              because: null,
              milliseconds: 1,
              findings: findingsOf({ signature }),
            },
            transaction,
          ),
        );
        await store.database.query('update fleet.result set finished_at = $1 where dump = $2', [
          time,
          digest,
        ]);
      }
      const found: string[] = [];
      const newSince = '2026-11-24T00:00:00Z';
      for await (const { dump } of resultsOf(store.database, { newSince })) {
        found.push(dump);
      }
      expect(found).to.deep.equal(['new-twin', 'new']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
