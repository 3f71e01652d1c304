import { writeFileSync } from 'node:fs';
import { BufferSource } from '@vmcorekit/core';
import { expect } from 'chai';
import * as library from 'vmcorekit';
import { writeFakeDump } from './support/fake-dump.ts';
import {
  kaslrOffset,
  physBase,
  writeKernelDump,
  writeSplitKernelDump,
} from './support/kernel-dump.ts';
import { runCli } from './support/run-cli.ts';

const { createDefaultToolkit, open } = library;

describe('the library', () => {
  const { path, kernel } = writeKernelDump();

  it('exports its front door, and nothing else', () => {
    expect(Object.keys(library).sort()).to.deep.equal([
      'BufferSource',
      'VmcorekitError',
      'createDefaultToolkit',
      'defaultPlugins',
      'defineAnalyzer',
      'defineHeuristic',
      'definePlugin',
      'isUnreadable',
      'isVmcorekitError',
      'noSymbols',
      'open',
      'reportLines',
      'resultOf',
      'storedPages',
      'tryRead',
      'userIndexCache',
      'userKernelCache',
    ]);
  });

  it('opens a dump and finds its kernel', async () => {
    const dump = await open(path);
    const verdict = await createDefaultToolkit().locate(dump);
    expect(verdict.kernel).to.include({ physBase, kaslrOffset, buildId: kernel.buildId });
    dump[Symbol.dispose]();
  });

  it('throws core’s error for a file that no format claims, naming all it tried', async () => {
    const error = await open(new BufferSource(Uint8Array.of(1, 2, 3))).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.have.property('code', 'unknown-format');
    expect(error)
      .to.have.nested.property('facts.tried')
      .that.includes.members(['flattened', 'elf', 'kdump']);
  });

  it('throws io for a missing part', async () => {
    const error = await open([writeFakeDump({}), '/no/such/part']).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.have.property('code', 'io');
  });
});

describe('the command with its own plug-ins', () => {
  const { path, kernel } = writeKernelDump();

  it('is certain of a kernel in a dump of QEMU’s', async () => {
    const { status, json } = await runCli(['probe', '--json', path]);
    const [answer] = json() as [Record<string, unknown>];
    expect(status).to.equal(0);
    expect(answer).to.deep.include({
      confidence: 'certain',
      format: 'kdump',
      container: null,
      architecture: 'x86_64',
    });
    expect(answer).to.deep.nested.include({
      'kernel.physBase': physBase,
      'kernel.kaslrOffset': kaslrOffset,
    });
    expect(answer).to.deep.nested.include({
      'origin.capturedBy': 'qemu',
      'origin.writtenBy': 'qemu',
    });
  });

  it('joins the parts of a split dump, and finds the kernel that no part holds alone', async () => {
    const [first = '', second = '', third = ''] = writeSplitKernelDump();
    const { status, json } = await runCli(['probe', '--json', third, first, second]);
    expect(status).to.equal(0);
    expect(json()).to.have.lengthOf(1);
    expect(json()[0]).to.deep.include({
      file: third,
      files: [third, first, second],
      confidence: 'certain',
    });
    expect(json()[0]).to.deep.nested.include({ 'kernel.physBase': physBase, conditions: [] });
  });

  it('reads the parts that exist of a split dump, and names the missing ones', async () => {
    const [, second = ''] = writeSplitKernelDump();
    const [answer] = (await runCli(['probe', '--json', second])).json() as [
      { readonly conditions: { name: string }[] },
    ];
    expect(answer.conditions.map(({ name }) => name)).to.include('split-part-missing');
    expect(answer).to.deep.include({ kernel: null, confidence: 'none' });
  });

  it('reads and translates a kernel address through the page tables it found', async () => {
    const banner = kernel.symbols.get('linux_banner') ?? 0n;
    const address = `0x${banner.toString(16)}`;
    const { stdout } = await runCli(['read', '--raw', path, address, String(kernel.banner.length)]);
    expect(stdout).to.equal(kernel.banner);
    const { json } = await runCli(['translate', '--json', path, address]);
    expect(json()).to.have.nested.property(
      '[0].physicalAddress',
      `0x${kernel.physical(banner).toString(16)}`,
    );
  });

  it('names a file of a format that it does not read, and says what to do', async () => {
    const minidump = writeFakeDump({});
    writeFileSync(
      minidump,
      Buffer.concat([Buffer.from('MDMP\x93\xa7', 'latin1'), Buffer.alloc(64)]),
    );
    const { status, stderr } = await runCli(['probe', minidump]);
    expect(status).to.equal(3);
    expect(stderr).to.match(/^vmcorekit: .*minidump/);
  });

  it('lists every heuristic with a summary and where it looks', async () => {
    const { json } = await runCli(['heuristics', '--json']);
    const [{ heuristics }] = json() as [{ readonly heuristics: readonly Record<string, string>[] }];
    expect(heuristics.map(({ name }) => name)).to.include.members(['cr3-walk', 'step-scan']);
    expect(
      heuristics.filter(({ summary, looksAt }) => summary === '' || looksAt === ''),
    ).to.deep.equal([]);
  });
});
