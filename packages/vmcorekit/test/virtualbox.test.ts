import { buildElf, virtualBoxCoreNote, virtualBoxCpuNote } from '@vmcorekit/testing';
import { expect } from 'chai';
import { runCli } from './support/run-cli.ts';
import { physBase, smallMachine } from './support/small-machine.ts';
import { writeTemporaryFile } from './support/temporary-file.ts';

/** A core as `VBoxManage debugvm dumpvmcore` writes it: no names of CPUs but in its own notes. */
function writeCore(): string {
  const { bytes: memory, registers } = smallMachine();
  const cpu = virtualBoxCpuNote({
    ...registers,
    rflags: 2n,
    cs: 0x10n,
    cs_attributes: 0xa09bn,
  });
  const { bytes } = buildElf({
    segments: [{ notes: [virtualBoxCoreNote(1), cpu] }, { p_paddr: 0, data: memory }],
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
