import { buildElf } from '@vmcorekit/testing';
import { expect } from 'chai';
import { type FakeDumpFields, writeFakeDump } from '../support/fake-dump.ts';
import { fakeToolkit } from '../support/fake-plugin.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { writeTemporaryFile } from '../support/temporary-file.ts';

const fields: FakeDumpFields = {
  capturedBy: 'qemu',
  memory: { 4096: 'x' },
  cpus: [3, 4],
  vmcoreinfo: 'OSRELEASE=6.1.0\nPAGESIZE=4096\nEVIL=\x1b[31m\n',
  conditions: [{ name: 'incomplete', loses: 'page', detail: 'the writer stopped early' }],
};

function info(...args: readonly string[]): Promise<CliResult> {
  return runCli(['info', writeFakeDump(fields), ...args], { toolkit: fakeToolkit });
}

describe('info', () => {
  it('shows format, origin, damage, memory map, CPUs and notes', async () => {
    const { status, stdout } = await info();
    expect(status).to.equal(0);
    expect(stdout).to.match(/vmcore: fake, x86_64, 64-bit little-endian, 4 KiB pages\n/);
    expect(stdout).to.match(/captured by +qemu\n/);
    expect(stdout).to.match(/incomplete +1 +the writer stopped early\n/);
    expect(stdout).to.match(
      / 0x0 +0x10000 +64 KiB\n {2}64 KiB in 16 pages: 1 stored, 14 zero, 1 excluded\n/,
    );
    expect(stdout).to.match(
      /cpu +pid +rip +cr3\n +0 +1 +0xffffffff81000123 +0x3000\n +1 +1 +0xffffffff81000123 +0x4000\n/,
    );
    expect(stdout).to.match(/CORE +0x1 +1 +0x1000\n +CORE +0x1 +1 +0x1100\n/);
    expect(stdout).to.include('3 keys, kernel 6.1.0 (--verbose shows them)');
  });

  it('shows the whole VMCOREINFO, escaped, and every register with --verbose', async () => {
    const { stdout } = await info('--verbose');
    expect(stdout).to.include('  EVIL=\\x1b[31m\n');
    expect(stdout).to.match(/CPU 1, pid 1, from prstatus\n {4}rip +0xffffffff81000123\n/);
  });

  it('answers in JSON', async () => {
    const { json } = await info('--json');
    const [answer] = json() as [Record<string, unknown>];
    expect(Object.keys(answer)).to.deep.equal([
      'schema',
      'file',
      'format',
      'container',
      'architecture',
      'pageSizeInBytes',
      'byteOrder',
      'wordSizeInBits',
      'origin',
      'header',
      'memory',
      'cpus',
      'notes',
      'vmcoreinfo',
      'eraseinfo',
      'conditions',
      'damage',
    ]);
    expect(answer).to.deep.include({
      memory: {
        ranges: [{ start: '0x0', end: '0x10000' }],
        pages: { stored: 1, zero: 14, partial: 0, excluded: 1, absent: 0, corrupt: 0 },
      },
      notes: [
        { name: 'CORE', type: 1, sizeInBytes: 1, fileOffset: 0x1000 },
        { name: 'CORE', type: 1, sizeInBytes: 1, fileOffset: 0x1100 },
      ],
      vmcoreinfo: { release: '6.1.0', keys: 3, text: fields.vmcoreinfo },
    });
    expect((answer.cpus as unknown[])[1]).to.deep.equal({
      index: 1,
      pid: 1,
      from: ['prstatus'],
      registers: { rip: '0xffffffff81000123', cr3: '0x4000' },
    });
  });

  it('exits with 3 for a file that no format claims, naming what was tried', async () => {
    const { status, stderr } = await runCli(['info', import.meta.filename], {
      toolkit: fakeToolkit,
    });
    expect(status).to.equal(3);
    expect(stderr).to.match(/^vmcorekit: .*: no format claims this file \(tried fake\)\n$/);
  });

  it('shows the first of many notes and memory ranges, and counts the others', async () => {
    const notes = Array.from({ length: 150_000 }, () => ({
      name: '',
      type: 1,
      descriptor: new Uint8Array(),
    }));
    const segments = Array.from({ length: 3000 }, (_, index) => ({
      p_paddr: index * 0x2000,
      p_offset: 0,
      p_filesz: 16,
    }));
    const path = writeTemporaryFile(
      'vmcore',
      buildElf({ segments: [{ notes }, ...segments] }).bytes,
    );
    const { status, stdout } = await runCli(['info', path]);
    expect(status).to.equal(0);
    expect(stdout)
      .to.include('\n  and 1000 more (--json shows all)\n')
      .and.match(/notes-clipped +1 /);
    expect(stdout.split('\n').length).to.be.lessThan(5000);
  });
});
