import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { open } from 'vmcorekit';
import { memorySizeInBytes, physBase, writeUnnamedDump } from '../support/kernel-dump.ts';
import { runCli } from '../support/run-cli.ts';

interface Probed {
  readonly format: string;
  readonly confidence: string;
  readonly kernel: { readonly physBase: number } | null;
  readonly memoryLayout: { readonly basis: string; readonly isProved: boolean };
}

describe('raw memory on the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-raw-'));
  const path = writeUnnamedDump({ own: 'x86_64' });
  const raw = join(folder, 'memory.raw');
  before(async () => {
    expect((await runCli(['convert', path, raw])).status).to.equal(0);
  });
  after(() => rmSync(folder, { recursive: true }));

  async function probed(...args: readonly string[]): Promise<Probed> {
    return (await runCli(['probe', '--json', ...args])).json()[0] as Probed;
  }

  it('holds the memory of the dump that it was written from', async () => {
    expect((await runCli(['compare', path, raw])).status).to.equal(0);
    expect(readFileSync(raw).length).to.equal(memorySizeInBytes);
  });

  it('gives its kernel, certain, and says where its memory lies', async () => {
    const { format, confidence, kernel, memoryLayout } = await probed(raw);
    expect([format, confidence, kernel?.physBase]).to.deep.equal(['raw', 'certain', physBase]);
    expect(memoryLayout.basis).to.equal('assumed');
    const { stdout } = await runCli(['probe', '--verbose', raw]);
    expect(stdout).to.contain('Layouts of memory');
  });

  it('lies where the user says, in one file or several', async () => {
    const bytes = readFileSync(raw);
    const [low, high] = [join(folder, 'low'), join(folder, 'high')];
    writeFileSync(low, bytes.subarray(0, 0x200_0000));
    writeFileSync(high, bytes.subarray(0x200_0000));
    for (const name of [`${raw}@0`, `${high}@32M,${low}@0`, `${raw}@0+32M,${raw}@0x2000000`]) {
      const { kernel, memoryLayout } = await probed(name);
      expect(kernel?.physBase, name).to.equal(physBase);
      expect(memoryLayout.basis, name).to.equal('told');
    }
    // Once, a single file lost its address in the commands that the report names.
    const { stdout } = await runCli(['probe', `${raw}@0`]);
    expect(stdout).to.contain(`vmcorekit repair ${raw}@0 `);
    using dump = await open(`${high}@32M,${low}@0`);
    expect((await dump.locate()).located?.physBase).to.equal(physBase);
  });

  it('is named in errors by the address that is not understood', async () => {
    const { status, stderr } = await runCli(['info', `${raw}@80000000`]);
    expect(status).to.not.equal(0);
    expect(stderr).to.contain("got '80000000', allowed is an address like 0x80000000, 2G or 0");
    const overlapping = await runCli(['info', `${raw}@0,${path}@0x1000`]);
    expect(overlapping.stderr).to.contain('places that do not overlap');
  });

  it('is never overwritten as the output, whatever its name says', async () => {
    for (const name of [`${raw}@0`, `${path}@0,${raw}@4G`]) {
      const { status, stderr } = await runCli(['convert', '--force', name, raw]);
      expect(status, name).to.equal(2);
      expect(stderr).to.contain(raw);
    }
    expect(readFileSync(raw).length).to.equal(memorySizeInBytes);
  });

  it('is no kind of a repaired copy', async () => {
    const { status, stderr } = await runCli(['repair', '--to', 'raw', raw, join(folder, 'copy')]);
    expect(status).to.equal(2);
    expect(stderr).to.contain('--to raw: raw memory has no place for what a repair adds');
  });

  it('is passed over by a walk through a folder, because nothing claims it', async () => {
    const walked = mkdtempSync(join(folder, 'walked'));
    writeFileSync(join(walked, 'noise'), new Uint8Array(0x40_0000).fill(0xa5));
    const { stdout, stderr } = await runCli(['probe', '-r', '--verbose', walked]);
    expect(stdout).to.equal('');
    expect(stderr).to.contain('noise: no format claims it');
  });

  it('is opened as such if the user says so, whatever it looks like', async () => {
    const bytes = readFileSync(raw);
    bytes.set(new TextEncoder().encode('KDUMP   '));
    const disguised = join(folder, 'disguised');
    writeFileSync(disguised, bytes);
    expect((await probed('--format', 'raw', disguised)).kernel?.physBase).to.equal(physBase);
    using dump = await open(disguised, { format: 'raw' });
    expect(dump.image.format).to.equal('raw');
    const { stderr } = await runCli(['probe', '--format', 'rawer', raw]);
    expect(stderr).to.contain("no format is called 'rawer'");
  });

  it('that is packed is unpacked first, wherever the user places it', async () => {
    const packed = `${raw}.gz`;
    writeFileSync(packed, gzipSync(readFileSync(raw), { level: 1 }));
    for (const args of [[`${packed}@0`], [`${packed}@0+32M,${packed}@0x2000000`]]) {
      expect((await probed(...args)).kernel?.physBase, String(args)).to.equal(physBase);
    }
    expect((await probed('--format', 'raw', packed)).kernel?.physBase).to.equal(physBase);
    const { status, stderr } = await runCli(['info', `${raw}@0,${packed}@4G`]);
    expect(status).to.equal(3);
    expect(stderr).to.contain('memory.raw.gz is a container (gzip), not memory itself');
  });

  it('is repaired into a dump that names its machine and kernel', async () => {
    const mended = join(folder, 'mended.raw');
    expect((await runCli(['repair', raw, mended])).status).to.equal(0);
    const { format, kernel } = await probed(mended);
    expect([format, kernel?.physBase]).to.deep.equal(['kdump', physBase]);
    const elf = join(folder, 'copy.elf');
    expect((await runCli(['convert', raw, elf])).status).to.equal(0);
    expect((await probed(elf)).kernel?.physBase).to.equal(physBase);
  });
});
