import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Ending } from '../../dist/coordinator/result-writer.js';
import type { Result } from '../../dist/store/store.js';
import { findingsOf } from '../support/findings-of.ts';
import { isNodeNewEnough, title } from '../support/node-version.ts';
import { type OpenStore, openStore } from '../support/open-store.ts';

const failed: Result = { outcome: 'unreadable', because: 'no', milliseconds: 1, findings: null };
const findings = findingsOf({ release: '6.1.0' });

describe(`${title}: ResultWriter`, () => {
  let folder: string;
  let open: OpenStore;

  beforeEach(async function () {
    if (!isNodeNewEnough) {
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'fleet-writer-'));
    open = await openStore(`pglite:${join(folder, 'db')}`);
  });

  afterEach(async () => {
    await open?.[Symbol.asyncDispose]();
    if (folder !== undefined) {
      rmSync(folder, { recursive: true });
    }
  });

  /** Writes the ends of jobs; returns which were written, and in how many transactions. */
  async function write(endings: readonly Ending[]): Promise<{ ended: string[]; commits: number }> {
    const { ResultWriter } = await import('../../dist/coordinator/result-writer.js');
    const ended: string[] = [];
    let commits = 0;
    const writer = new ResultWriter(open.store, {
      persistently: (work) => {
        commits++;
        return work();
      },
      onEnd: (_taken, { dump }, result) => ended.push(`${dump}: ${result?.outcome}`),
    });
    for (const ending of endings) {
      await writer.add(ending);
    }
    await writer.flush();
    return { ended: ended.sort(), commits };
  }

  /** Jobs that this process has, with these results. */
  async function takenJobs(results: Readonly<Record<string, Result>>): Promise<Ending[]> {
    const dumps = Object.keys(results).map((digest) => ({
      identity: digest,
      sizeInBytes: 1,
      whole: null,
      place: { files: [`/${digest}`], stamp: '' },
    }));
    await open.store.add(dumps, { analyzers: [], toolVersion: '1.0.0', priority: 0 });
    const taken = await open.store.queue.fetch(100);
    const facts = await open.store.jobsOf(taken.map(({ id }) => id));
    return facts.map((each, index) => ({
      taken: taken[index] ?? { id: '', retryCount: 0 },
      facts: each,
      result: results[each.dump] ?? failed,
    }));
  }

  async function outcomes(): Promise<Record<string, unknown>> {
    const rows = await open.store.database.query<{ dump: string; outcome: string }>(
      'select dump, outcome from fleet.result order by dump',
    );
    return Object.fromEntries(rows.map(({ dump, outcome }) => [dump, outcome]));
  }

  it('writes what came in during a transaction with the next one', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `dump-${index}`);
    const endings = await takenJobs(Object.fromEntries(names.map((name) => [name, failed])));
    const { ended, commits } = await write(endings);
    expect(ended).to.have.length(30);
    expect(commits).to.equal(2);
    expect(Object.keys(await outcomes())).to.have.length(30);
    expect(await open.store.queue.counts(open.store.database)).to.deep.include({
      waiting: 0,
      active: 0,
    });
  });

  it('writes the others of a batch if the database refuses one', async () => {
    const year = { ...findings, dumpedAt: 'the year that no calendar has' };
    const read = { outcome: 'read', because: null, milliseconds: 1 } as const;
    const endings = await takenJobs({
      a: failed,
      b: { ...read, findings: year },
      c: { ...read, findings },
    });
    await write(endings);
    expect(await outcomes()).to.deep.equal({ a: 'unreadable', b: 'unreadable', c: 'read' });
    const [row] = await open.store.database.query<{ because: string }>(
      "select because from fleet.result where dump = 'b'",
    );
    expect(row?.because).to.match(/^its result cannot be stored: invalid input syntax/);
  });

  it('leaves out a job that another process has by now', async () => {
    const endings = await takenJobs({ kept: failed, lost: failed });
    const lost = endings.find(({ facts }) => facts.dump === 'lost');
    if (lost !== undefined) {
      await open.store.queue.giveBack(lost.taken);
      await open.store.queue.fetch(1);
    }
    expect((await write(endings)).ended).to.deep.equal(['kept: unreadable', 'lost: undefined']);
    expect(await outcomes()).to.deep.equal({ kept: 'unreadable' });
  });
});
