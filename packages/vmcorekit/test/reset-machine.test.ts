import type { Dump } from '@vmcorekit/core';
import { expect } from 'chai';
import { open } from 'vmcorekit';
import { type ResetDumpFields, resetKernel, writeResetDump } from './support/reset-dump.ts';
import { runCli } from './support/run-cli.ts';

/** CR0 with paging. */
const paging = 0x8000_0011n;

describe('a machine that was dumped in its firmware after a reset', () => {
  async function probed(fields: ResetDumpFields): Promise<Record<string, unknown>> {
    const [answer] = (await runCli(['probe', '--json', writeResetDump(fields)])).json();
    return answer as Record<string, unknown>;
  }

  for (const format of ['elf', 'kdump'] as const) {
    it(`gives the kernel of the boot before out of a 32-bit ${format} file`, async () => {
      const answer = await probed({ format });
      expect(answer).to.include({ format, architecture: 'x86_64', confidence: 'certain' });
      expect(answer.kernel).to.include({ ...resetKernel, role: 'stale', pagingLevels: 4 });
    });

    it(`takes a 32-bit ${format} file without a 64-bit kernel for what it says it is`, async () => {
      expect(await probed({ format, hasKernel: false })).to.include({
        format,
        architecture: 'i386',
        kernel: null,
        reason: 'no-kernel',
      });
    });

    it(`looks for no 64-bit kernel where the CPUs of a 32-bit ${format} file have paging on`, async () => {
      expect(await probed({ format, cr0: paging })).to.include({
        format,
        architecture: 'i386',
        kernel: null,
        reason: 'no-kernel',
      });
    });
  }

  it('says that the machine was in its firmware, and of what kind the file is', async () => {
    const { stdout } = await runCli(['probe', writeResetDump()]);
    expect(stdout.slice(0, stdout.indexOf('\n'))).to.include(': the machine was in its firmware');
    expect(stdout).to.match(/dump +elf, x86_64 in a file of i386, captured/);
    const full = await runCli(['probe', '--verbose', writeResetDump()]);
    expect(full.stdout.replaceAll(/\s+/g, ' ')).to.include('; the machine was in its firmware');
    expect(full.stdout).to.match(/dump +elf, x86_64 in a file of i386, 32-bit/);
    expect(full.stdout.replaceAll(/\s+/g, ' ')).to.include(
      'paging is off on every CPU: the machine was in its firmware, as after a reset',
    );
  });

  it('has the file’s architecture until its kernel is found, and is read by it then', async () => {
    using dump = await open(writeResetDump());
    expect(dump.architecture?.name).to.equal('i386');
    const kernel = await dump.kernel();
    expect(dump.architecture?.name).to.equal('x86_64');
    expect(kernel.located.wordSizeInBits).to.equal(64);
    expect(kernel.memory.readInt64(kernel.symbols.find('phys_base')?.address ?? 0n)).to.equal(
      BigInt(resetKernel.physBase),
    );
  });

  it('keeps the file’s architecture in a copy without CPUs, also after a search', async () => {
    const file = writeResetDump();
    using dump = await open(file);
    const { source } = await dump.toolkit.openFile(file);
    using inner = await dump.toolkit.open(source);
    const dumps: readonly Dump[] = [dump, inner];
    for (const whole of dumps) {
      const verdict = await dump.toolkit.locate({ ...whole, cpus: [] });
      expect(verdict).to.include({ kernel: null, reason: 'no-kernel' });
      expect(whole.architecture?.name).to.equal('i386');
    }
  });
});
