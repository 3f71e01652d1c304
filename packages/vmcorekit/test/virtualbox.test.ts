import {
  buildElf,
  buildLinuxKernel,
  SparseMemory,
  virtualBoxCoreNote,
  virtualBoxCpuNote,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import { runCli } from './support/run-cli.ts';
import { writeTemporaryFile } from './support/temporary-file.ts';

const physBase = 0x600000;
const end = 0x2400000;

/** A core as `VBoxManage debugvm dumpvmcore` writes it: no names of CPUs but in its own notes. */
function writeCore(): string {
  const memory = new SparseMemory({ ranges: [{ start: 0, end }] });
  const { root, symbols } = buildLinuxKernel({
    memory,
    physBase,
    kaslrOffset: 0,
    vmcoreInfoAt: 0x2080000,
    tablesFrom: 0x2000000,
    directMapSizeInBytes: end,
  });
  const cpu = virtualBoxCpuNote({
    rip: symbols.get('_text') ?? 0n,
    rflags: 2n,
    cs: 0x10n,
    cs_attributes: 0xa09bn,
    cr0: 0x80050033n,
    cr3: BigInt(root),
    cr4: 0x6a0n,
  });
  const { bytes } = buildElf({
    segments: [{ notes: [virtualBoxCoreNote(1), cpu] }, { p_paddr: 0, data: memory.read(0, end) }],
  });
  return writeTemporaryFile('vmcore', bytes);
}

describe('a core of VirtualBox', () => {
  it('shows the kernel that its CPU runs, certain, and who captured the memory', async () => {
    const path = writeCore();
    const { json } = await runCli(['probe', '--json', path]);
    const [answer] = json() as [Record<string, unknown>];
    expect(answer).to.include({ confidence: 'certain', format: 'elf' });
    expect(answer.kernel).to.include({ physBase, role: 'running' });
    expect(answer.origin).to.include({ capturedBy: 'virtualbox', writtenBy: 'virtualbox' });
    const info = await runCli(['info', path]);
    expect(info.stdout).to.match(/CPUs\n.*\n +0 +– +0xffffffff81000000 /);
  });
});
