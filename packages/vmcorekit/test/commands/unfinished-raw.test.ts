import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runCli } from '../support/run-cli.ts';

describe('raw memory too large for the limits of a search', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-unfinished-'));
  after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'sparse.raw');
  writeFileSync(path, '');
  truncateSync(path, 2 ** 40);

  it('is never said to hold no kernel', async () => {
    const { status, json } = await runCli(['probe', '--json', '--page-limit', '100', path]);
    expect(status).to.equal(1);
    const [{ reason, notRun }] = json() as [
      { reason: string; notRun: readonly { name: string }[] },
    ];
    expect(reason).to.equal('page-limit');
    expect(notRun.map(({ name }) => name)).to.include('machine-signs');
    const { stdout } = await runCli(['probe', '--time-limit', '1ms', path]);
    expect(stdout).to.contain('the time limit ended the search before all of the memory was read');
    expect(stdout).not.to.contain('no kernel was found');
  });
});
