import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BufferSource } from '@vmcorekit/core';
import { VmlinuxSymbols } from '@vmcorekit/format-elf';
import { expect } from 'chai';
import { kaslrOffset, writeKernelDump } from '../support/kernel-dump.ts';
import { runCli } from '../support/run-cli.ts';

describe('symbol-file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-symbol-file-'));
  after(() => rmSync(folder, { recursive: true }));
  const out = join(folder, 'symbols.elf');
  afterEach(() => rmSync(out, { force: true }));

  it('writes the symbols of a kernel that KASLR moved, for its owner only', async () => {
    const { path } = writeKernelDump();
    const { status, stdout, stderr } = await runCli(['symbol-file', path, out]);
    expect(status, stderr).to.equal(0);
    expect(stdout).to.match(/^wrote .*symbols\.elf: \d+ bytes, \d+ symbols\n$/);
    expect(stderr).to.match(/no types/);
    const table = new VmlinuxSymbols().open(new BufferSource(readFileSync(out), 'symbols'));
    expect(table.find('_text')?.address).to.equal(0xffffffff81000000n + BigInt(kaslrOffset));
    expect(statSync(out).mode & 0o777).to.equal(0o600);
  });

  it('answers in JSON', async () => {
    const { path } = writeKernelDump();
    const { stdout } = await runCli(['symbol-file', '--json', path, out]);
    const answer = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
    expect(answer).to.deep.include({ hasTypes: false, file: path });
    expect(answer.output).to.deep.equal({ path: out, sizeInBytes: statSync(out).size });
  });

  it('replaces no file without --force, and never the dump', async () => {
    const { path } = writeKernelDump();
    writeFileSync(out, 'mine');
    expect((await runCli(['symbol-file', path, out])).stderr).to.match(/--force/);
    expect(readFileSync(out, 'utf8')).to.equal('mine');
    expect((await runCli(['symbol-file', path, path, '--force'])).stderr).to.match(/inputs/);
    expect((await runCli(['symbol-file', path, '-'])).stderr).to.match(/not standard output/);
    expect((await runCli(['symbol-file', path, out, '--force'])).status).to.equal(0);
  });

  it('says that there is no kernel, and writes nothing', async () => {
    const { path } = writeKernelDump();
    const chosen = ['--phys-base', '0x1000000'];
    const { status } = await runCli(['symbol-file', ...chosen, path, out]);
    expect(status).to.equal(1);
    expect(existsSync(out)).to.equal(false);
  });
});
