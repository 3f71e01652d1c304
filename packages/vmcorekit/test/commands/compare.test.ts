import { expect } from 'chai';
import { type FakeDumpFields, writeFakeDump } from '../support/fake-dump.ts';
import { fakeToolkit } from '../support/fake-plugin.ts';
import { pageCount, writeKernelDump, writeSplitKernelDump } from '../support/kernel-dump.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';

function compare(
  first: FakeDumpFields,
  second: FakeDumpFields,
  ...args: readonly string[]
): Promise<CliResult> {
  return runCli(['compare', writeFakeDump(first), writeFakeDump(second), ...args], {
    toolkit: fakeToolkit,
  });
}

describe('compare', () => {
  it('joins the parts of a split dump where more than two files are given', async () => {
    const parts = writeSplitKernelDump();
    const { path } = writeKernelDump();
    const { status, stdout } = await runCli(['compare', ...parts, path]);
    expect(stdout).to.include('the same memory and notes');
    expect(status).to.equal(0);
    const one = await runCli(['compare', ...parts]);
    expect(one.status).to.equal(2);
    expect(one.stderr).to.include('wanted two dumps, got 1');
    const missing = await runCli(['compare', ...parts, '/no/such/file']);
    expect(missing).to.deep.include({
      status: 3,
      stderr: 'vmcorekit: /no/such/file: no such file\n',
    });
  });

  it('exits with 0 only where nothing is unknown', async () => {
    const { path } = writeKernelDump();
    const { status, stdout } = await runCli(['compare', path, path]);
    expect(status).to.equal(0);
    expect(stdout).to.match(
      /\nthe same memory and notes\n +equal +16384 pages \(64 MiB\)\n +different +none\n/,
    );
  });

  it('exits with 1 where no page differs but one is unknown, and says where', async () => {
    const { status, stdout } = await compare({ memory: { 4096: 'x' } }, { memory: { 4096: 'x' } });
    expect(status).to.equal(1);
    expect(stdout).to.include(
      '\nno difference in the memory that both hold; the rest is unknown\n',
    );
    expect(stdout).to.match(/unknown in A +1 excluded\n/);
    expect(stdout).to.match(/ 0x3000 +excluded +excluded\n/);
  });

  it('exits with 1 where a page differs, and shows the first byte of both', async () => {
    const { status, stdout } = await compare(
      { memory: { 4096: 'xy' } },
      { memory: { 4096: 'xz' } },
    );
    expect(status).to.equal(1);
    expect(stdout).to.include('\nmemory differs\n');
    expect(stdout).to.match(/ 0x1001 +79 +7a\n/);
  });

  it('names notes that one dump has alone', async () => {
    const { stdout } = await compare({ cpus: [1, 2] }, { cpus: [1], vmcoreinfo: 'OSRELEASE=6\n' });
    expect(stdout).to.match(
      /Notes in one dump only\n.*\n +A +CORE +0x1 +1\n +B +VMCOREINFO +0x0 +12\n/,
    );
  });

  it('answers in JSON', async () => {
    const { json } = await compare(
      { memory: { 4096: 'xy' }, cpus: [1] },
      { memory: { 4096: 'xz' } },
      '--json',
    );
    expect(json()[0]).to.deep.include({
      isEqual: false,
      pages: { equal: 14, different: 1, unknown: 1 },
      differences: [{ physicalAddress: '0x1001', bytes: [0x79, 0x7a] }],
      unknowns: [{ physicalAddress: '0x3000', states: ['excluded', 'excluded'] }],
      notesEqual: 0,
    });
    expect(json()[0]).to.have.deep.nested.property('dumps[0].onlyHere', [
      { name: 'CORE', type: 1, sizeInBytes: 1 },
    ]);
  });

  it('exits with 3 where a file is no dump, and names it', async () => {
    const { status, stderr } = await runCli([
      'compare',
      writeKernelDump().path,
      import.meta.filename,
    ]);
    expect(status).to.equal(3);
    expect(stderr).to.match(/^vmcorekit: .*compare\.test\.js: a text file, not a dump/);
  });

  it('takes what a missing part would hold as unknown, and names the damage', async () => {
    const [part = ''] = writeSplitKernelDump();
    const { status, stdout } = await runCli(['compare', part, writeKernelDump().path]);
    expect(status).to.equal(1);
    expect(stdout).to.match(/unknown in A +\d+ absent\n/);
    expect(stdout).to.match(/Damage of A\n.*\n +split-part-missing /);
  });

  it('takes it as unknown also where both dumps lack it: a part was the same as itself', async () => {
    const [part = ''] = writeSplitKernelDump();
    const { status, json } = await runCli(['compare', '--json', part, part]);
    expect(status).to.equal(1);
    expect(json()[0]).to.deep.include({
      isEqual: false,
      pages: { equal: 0x1000, different: 0, unknown: pageCount - 0x1000 },
    });
  });
});
