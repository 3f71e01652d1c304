import { BufferSource, type Dump } from '@vmcorekit/core';
import { buildElf, type NoteFields, prstatusNote, qemuCpuStateNote } from '@vmcorekit/testing';
import { expect } from 'chai';
import { createDefaultToolkit } from 'vmcorekit';
import { i386Prstatus } from './support/i386-prstatus.ts';

const toolkit = createDefaultToolkit();
const EM_386 = 3;
const page = new Uint8Array(4096).fill(0x33);

function opened(notes: readonly NoteFields[], e_machine: number = 62): Promise<Dump> {
  const segments = [
    { notes },
    { p_paddr: 0x100000, data: page },
    { p_paddr: 0x1_0000_0000, data: page },
  ];
  return toolkit.open(new BufferSource(buildElf({ segments, fields: { e_machine } }).bytes));
}

describe('notes of CPUs', () => {
  it('of an i386 kernel in a 64-bit file (EM_386, ELFCLASS64) have registers and pids', async () => {
    using dump = await opened(
      [i386Prstatus(4711, 0xc1000000), i386Prstatus(0, 0xc1000010)],
      EM_386,
    );
    expect(dump.architecture?.name).to.equal('i386');
    expect(dump.cpus.map(({ pid, registers }) => [pid, registers.get('eip')])).to.deep.equal([
      [4711, 0xc1000000n],
      [0, 0xc1000010n],
    ]);
    expect(dump.damage).to.deep.equal([]);
  });

  it('of a size that is not the machine’s are named, and their CPUs still counted', async () => {
    const short = { ...prstatusNote({ pr_pid: 2 }), descriptor: new Uint8Array(200) };
    using dump = await opened([prstatusNote({ pr_pid: 1, pr_reg: { rip: 0x1234n } }), short]);
    expect(dump.cpus.map(({ pid, registers }) => [pid, registers.get('rip')])).to.deep.equal([
      [1, 0x1234n],
      [null, undefined],
    ]);
    const detail =
      '1 of 2 NT_PRSTATUS notes cannot be read as x86_64: the first has 200 bytes, those of x86_64 336; registers of CPUs are missing';
    expect(dump.damage).to.deep.equal([
      {
        name: 'cpu-note-misfit',
        detail,
        loses: 'nothing',
        fileOffset: dump.image.notes[1]?.fileOffset,
      },
    ]);
  });

  it('of a QEMU that is not known are named', async () => {
    const { descriptor, ...note } = qemuCpuStateNote();
    const version2 = Uint8Array.from(descriptor, (byte, at) => (at === 0 ? 2 : byte));
    using dump = await opened([prstatusNote({ pr_pid: 1 }), { ...note, descriptor: version2 }]);
    expect(dump.damage.map(({ name, detail }) => [name, detail.split(':')[0]])).to.deep.equal([
      ['cpu-note-misfit', '1 of 1 QEMU note cannot be read as x86_64'],
    ]);
  });

  it('of a machine whose registers are not read at all are not named', async () => {
    const sparc = 43;
    using dump = await opened([prstatusNote({ pr_pid: 1 })], sparc);
    expect([dump.architecture?.name, dump.damage]).to.deep.equal(['sparc64', []]);
  });
});
