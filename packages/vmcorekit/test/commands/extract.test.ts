import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExtractPart, ExtractReport } from '@vmcorekit/analyzers';
import { x8664 } from '@vmcorekit/architectures';
import { memoryDump, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import type { Invocation } from '../../dist/command.js';
import { type ExtractedFile, extractFile } from '../../dist/writing/extract-file.js';
import { writeKernelDump } from '../support/kernel-dump.ts';
import { runCli } from '../support/run-cli.ts';

const pageSizeInBytes = 4096;

function part(at: number, length: number, physicalAddress: string | null): ExtractPart {
  return { offsetInBytes: at, lengthInBytes: length, physicalAddress, missing: null };
}

function reportOf(parts: readonly ExtractPart[], sizeInBytes: number): ExtractReport {
  return {
    ...{ path: '../../etc/passwd', inode: '0x1', inodeNumber: 1, links: 1, fileSystem: 'tmpfs' },
    ...{ sizeInBytes, heldInBytes: 0, holesInBytes: 0, missingInBytes: 0, parts },
  };
}

describe('extract', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-extract-'));
  after(() => rmSync(folder, { recursive: true }));
  const out = join(folder, 'out');
  afterEach(() => rmSync(out, { force: true }));

  const memory = new SparseMemory({ ranges: [{ start: 0, end: 16 * pageSizeInBytes }] });
  memory.write(pageSizeInBytes, new Uint8Array(pageSizeInBytes).fill(0x61));
  memory.write(5 * pageSizeInBytes, new Uint8Array(10).fill(0x62));
  memory.exclude(9 * pageSizeInBytes);
  const dump = memoryDump({ memory, architecture: x8664 });
  const io = { signal: new AbortController().signal, stderr: { write: () => {} } };
  const world = { io, global: { quiet: true } } as unknown as Pick<Invocation, 'io' | 'global'>;
  const write = (report: ExtractReport, mayReplace = false): Promise<ExtractedFile> =>
    extractFile(world, dump, report, out, mayReplace);

  it('joins the parts, with zeros for holes, and lets only the owner read them', async () => {
    const size = 3 * pageSizeInBytes + 10;
    const parts = [
      part(0, pageSizeInBytes, '0x1000'),
      part(pageSizeInBytes, 2 * pageSizeInBytes, null),
      part(3 * pageSizeInBytes, 10, '0x5000'),
    ];
    const written = await write(reportOf(parts, size));
    const bytes = readFileSync(out);
    expect(bytes).to.have.lengthOf(size);
    expect(bytes.subarray(0, 4096).every((byte) => byte === 0x61)).to.equal(true);
    expect(bytes.subarray(4096, 3 * 4096).every((byte) => byte === 0)).to.equal(true);
    expect(bytes.subarray(3 * 4096).toString()).to.equal('bbbbbbbbbb');
    expect(written.sha256).to.equal(createHash('sha256').update(bytes).digest('hex'));
    expect(statSync(out).mode & 0o777).to.equal(0o600);
  });

  it('ends with a hole, and writes an empty file', async () => {
    const parts = [part(0, 5, '0x1000'), part(5, 95, null)];
    await write(reportOf(parts, 100));
    expect(readFileSync(out)).to.deep.equal(
      Buffer.concat([Buffer.from('aaaaa'), Buffer.alloc(95)]),
    );
    await write(reportOf([], 0), true);
    expect(readFileSync(out)).to.have.lengthOf(0);
  });

  it('replaces no file without --force, and leaves none where a page is lost', async () => {
    writeFileSync(out, 'mine');
    const refused = await write(reportOf([part(0, 5, '0x1000')], 5)).catch(String);
    expect(refused).to.match(/--force replaces it/);
    expect(readFileSync(out, 'utf8')).to.equal('mine');
    rmSync(out);
    const lost = await write(reportOf([part(0, 5, '0x9000')], 5)).catch(String);
    expect(lost).to.match(/page 0x9/);
    expect(existsSync(out)).to.equal(false);
  });

  it('says what it needs where the kernel has no types, and writes nothing', async () => {
    const { path } = writeKernelDump();
    const { status, stdout, stderr } = await runCli(['extract', path, '/etc', '--output', out]);
    expect({ status, stdout }).to.deep.equal({ status: 1, stdout: '' });
    expect(stderr).to.match(/no file: .*struct task_struct; would help: give a vmlinux/);
    expect(existsSync(out)).to.equal(false);
  });

  it('writes neither over the dump nor to standard output', async () => {
    const { path } = writeKernelDump();
    const over = await runCli(['extract', path, '/etc', '--force', '--output', path]);
    expect(over.status).to.equal(2);
    expect(over.stderr).to.match(/is one of the inputs/);
    const stream = await runCli(['extract', path, '/etc', '--output', '-']);
    expect({ status: stream.status, stderr: stream.stderr }).to.deep.equal({
      status: 2,
      stderr: 'vmcorekit: --output: a file is written, not standard output\n',
    });
  });
});
