import { BufferSource } from '@vmcorekit/core';
import { buildElf, type NoteFields, prstatusNote, qemuCpuStateNote } from '@vmcorekit/testing';
import { expect } from 'chai';
import { createDefaultToolkit } from 'vmcorekit';

const toolkit = createDefaultToolkit();
const page = new Uint8Array(4096).fill(1);

/**
 * As Cloud Hypervisor lays it out: header, program headers, CORE notes, QEMU notes, memory; and
 * p_vaddr and p_align are 0.
 */
async function originOf(notes: readonly NoteFields[], p_vaddr: number = 0): Promise<string> {
  const segments = [
    { notes },
    { p_paddr: 0, p_vaddr, data: page },
    { p_paddr: 0x100000, p_vaddr, data: page },
  ];
  using dump = await toolkit.open(new BufferSource(buildElf({ segments }).bytes));
  const { origin } = await toolkit.locate(dump, { only: ['marker-check'] });
  return `${origin.capturedBy}/${origin.writtenBy}`;
}

function ofCpus(pids: readonly number[]): NoteFields[] {
  return [...pids.map((pr_pid) => prstatusNote({ pr_pid })), ...pids.map(() => qemuCpuStateNote())];
}

describe('who captured a memory whose notes hold QEMU’s CPU state', () => {
  it('is Cloud Hypervisor where pids count CPUs from 0, and the file is laid out so', async () => {
    expect(await originOf(ofCpus([0]))).to.equal('cloud-hypervisor/cloud-hypervisor');
    expect(await originOf(ofCpus([0, 1, 2]))).to.equal('cloud-hypervisor/cloud-hypervisor');
  });

  it('is QEMU where they count from 1, whatever else the file looks like', async () => {
    expect(await originOf(ofCpus([1, 2]))).to.equal('qemu/unknown');
    expect(await originOf(ofCpus([1, 2]), 0xffff_8880)).to.equal('qemu/unknown');
    // A CPU was unplugged.
    expect(await originOf(ofCpus([1, 3]))).to.equal('qemu/unknown');
  });

  it('is not known where only the pids speak against QEMU', async () => {
    expect(await originOf(ofCpus([0, 1]), 0xffff_8880)).to.equal('unknown/unknown');
    expect(await originOf(ofCpus([0, 1]).toReversed())).to.equal('unknown/unknown');
    expect(await originOf(ofCpus([0, 7]))).to.equal('unknown/unknown');
  });
});
