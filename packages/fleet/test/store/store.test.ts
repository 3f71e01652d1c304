import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { NewDump } from '../../dist/store/store.js';
import { isNodeNewEnough, title } from '../support/node-version.ts';
import { type OpenStore, openStore } from '../support/open-store.ts';

const lost = { outcome: 'lost', because: null, milliseconds: null, findings: null } as const;

describe(`${title}: store`, () => {
  let folder: string;
  let open: OpenStore;

  before(async function () {
    if (!isNodeNewEnough) {
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'fleet-store-'));
    open = await openStore(`pglite:${join(folder, 'db')}`);
  });

  after(async () => {
    await open?.[Symbol.asyncDispose]();
    if (folder !== undefined) {
      rmSync(folder, { recursive: true });
    }
  });

  it('keeps the priority of a job that runs again', async () => {
    const { store } = open;
    const wanted = { analyzers: [], toolVersion: '1.0.0' };
    await store.add([dumpNamed('urgent')], { ...wanted, priority: 7 });
    const [urgent] = await store.queue.fetch(1);
    const [facts] = await store.jobsOf([urgent?.id ?? '']);
    await store.database.transaction(async (transaction) => {
      if (urgent !== undefined && facts !== undefined) {
        await store.write(facts, lost, transaction);
        await store.queue.complete([urgent], transaction);
      }
    });
    await store.add([dumpNamed('later')], { ...wanted, priority: 3 });
    expect(await store.retry("outcome = 'lost'", [])).to.equal(1);
    expect((await store.queue.fetch(1)).map(({ id }) => id)).to.deep.equal([urgent?.id]);
  });
});

function dumpNamed(digest: string): NewDump {
  return {
    identity: digest,
    sizeInBytes: 1,
    whole: null,
    place: { files: [`/${digest}`], stamp: '' },
  };
}
