import { expect } from 'chai';
import { readFixtures } from '../support/fixture.ts';
import { runCli } from '../support/run-cli.ts';

describe('log', () => {
  it('shows what the analyzer kernel-log shows', async () => {
    const log = readFixtures().find(({ name }) => name === 'trixie-kaslr') ?? expect.fail('no log');
    const path = log.pathOf(log.files[0] ?? '');
    const analysis = await runCli(['analyze', 'kernel-log', path]);
    const { status, stdout } = await runCli(['log', path]);
    expect(status).to.equal(0);
    expect(stdout).to.equal(analysis.stdout);
    expect(stdout.split('\n').length).to.be.greaterThan(100);
  });
});
