import { readFileSync, writeFileSync } from 'node:fs';
import { deflateSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { writeKernelDump } from '../support/kernel-dump.ts';
import { runCli } from '../support/run-cli.ts';

describe('a dump that is compressed as a whole', () => {
  const { path } = writeKernelDump();
  const bytes = readFileSync(path);
  const file = `${path}.gz`;

  it('is read as it is, and the answer is that of the dump', async () => {
    writeFileSync(file, gzipSync(bytes));
    const [plain, packed] = [await runCli(['probe', path]), await runCli(['probe', file])];
    expect([plain.status, packed.status]).to.deep.equal([0, 0]);
    const kernel = (text: string): readonly string[] => text.split('\n').slice(1, 4);
    expect(kernel(packed.stdout)).to.deep.equal(kernel(plain.stdout));
    expect(packed.stdout).to.include('kdump in a gzip file');
    expect((await runCli(['verify', file])).status).to.equal(0);
  });

  it('within another is shown with all of them', async () => {
    writeFileSync(file, deflateSync(gzipSync(bytes)));
    const { json } = await runCli(['probe', '--json', file]);
    const [answer] = json() as [Record<string, unknown>];
    expect(answer).to.deep.include({
      confidence: 'certain',
      container: 'gzip',
      containers: ['zlib', 'gzip'],
    });
    expect((await runCli(['probe', file])).stdout).to.include(
      'kdump in a gzip file in a zlib file',
    );
  });

  it('and cut is read as far as it goes, and the damage is reported', async () => {
    writeFileSync(file, gzipSync(bytes).subarray(0, -3000));
    const { status, stdout } = await runCli(['verify', file]);
    expect(status).to.equal(1);
    expect(stdout).to.include('compressed-unfinished');
  });
});
