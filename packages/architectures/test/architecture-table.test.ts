import { plugin } from '@vmcorekit/architectures';
import { ArchitectureTable, type BareNote, type Note } from '@vmcorekit/core';
import { type QemuCpuStateFields, qemuCpuStateNote } from '@vmcorekit/testing';
import { expect } from 'chai';

const table = new ArchitectureTable(plugin.architectures ?? []);

type Size = readonly [name: string, type: number, sizeInBytes: number];

function notes(...sizes: readonly Size[]): BareNote[] {
  return sizes.map(([name, type, size]) => ({ name, type, descriptor: new Uint8Array(size) }));
}

describe('the table of these architectures', () => {
  it('names the machine of every e_machine, by the class of the file', () => {
    const wanted = [
      [2, 'sparc', 'sparc'],
      [3, 'i386', 'i386'],
      [4, 'm68k', 'm68k'],
      [8, 'mips', 'mips64'],
      [15, 'parisc', 'parisc64'],
      [20, 'ppc', 'ppc'],
      [21, 'ppc64', 'ppc64'],
      [22, 's390', 's390x'],
      [40, 'arm', 'arm'],
      [42, 'sh', 'sh'],
      [43, 'sparc64', 'sparc64'],
      [50, 'ia64', 'ia64'],
      [62, 'x86_64', 'x86_64'],
      [183, 'arm64', 'arm64'],
      [243, 'riscv32', 'riscv64'],
      [258, 'loongarch32', 'loongarch64'],
      [0x9026, 'alpha', 'alpha'],
      [0x7777, undefined, undefined],
    ] as const;
    for (const [machine, narrow, wide] of wanted) {
      expect(
        [table.ofElf(machine, 32)?.name, table.ofElf(machine, 64)?.name],
        `${machine}`,
      ).to.deep.equal([narrow, wide]);
    }
  });

  it('takes a 386 for an x86-64 machine only by QEMU’s note of a CPU without paging', () => {
    const CR0_PG = 0x80000000n;
    const state = (fields: QemuCpuStateFields): Note => ({
      ...qemuCpuStateNote(fields),
      fileOffset: 0,
    });
    const prstatus = { name: 'CORE', type: 1, descriptor: new Uint8Array(144), fileOffset: 0 };
    const named = (...of: readonly Note[]): string | undefined => table.ofElf(3, 64, of)?.name;
    expect(named()).to.equal('i386');
    expect(named(prstatus)).to.equal('i386');
    expect(named(prstatus, state({ cr0: 0x10n }))).to.equal('x86_64');
    expect(named(prstatus, state({ cr0: CR0_PG, cr3: 0x1000n }))).to.equal('i386');
    expect(named(prstatus, state({ cr0: CR0_PG, cr3: 0x1000n, cr4: 0x20n }))).to.equal('i386');
    expect(named(state({ cr0: CR0_PG, cr3: 0x1000n }), state({ cr0: 0x10n }))).to.equal('i386');
    expect(named({ ...state({}), descriptor: new Uint8Array(7) })).to.equal('i386');
  });

  it('names the 64-bit machine whose files a 32-bit one shares', () => {
    const wanted = [
      ['i386', 'x86_64'],
      ['mips', 'mips64'],
      ['ppc', undefined],
      ['arm', undefined],
      [null, undefined],
    ] as const;
    for (const [narrow, wide] of wanted) {
      expect(table.widerThan(narrow)?.name, `${narrow}`).to.equal(wide);
    }
  });

  it('names the machine by what uname says', () => {
    const wanted = {
      x86_64: ['x86_64'],
      i386: ['i386', 'i486', 'i586', 'i686'],
      arm64: ['aarch64', 'aarch64_be'],
      arm: ['arm', 'armv5tejl', 'armv7l'],
      ppc64: ['ppc64', 'ppc64le'],
      ppc: ['ppc'],
      s390x: ['s390x'],
      riscv64: ['riscv64'],
      loongarch64: ['loongarch64'],
      mips: ['mips', 'mipsel'],
      mips64: ['mips64', 'mips64el'],
      ia64: ['ia64'],
      sparc64: ['sparc64'],
    };
    for (const [name, machines] of Object.entries(wanted)) {
      expect(machines.map((machine) => table.ofUtsname(machine)?.name)).to.deep.equal(
        machines.map(() => name),
      );
    }
    expect(['Unknown', '', 'i786', 'x86'].map((machine) => table.ofUtsname(machine))).to.deep.equal(
      Array(4).fill(undefined),
    );
  });

  it('names the machine by the sizes of its notes, where one machine fits them all', () => {
    const named = (
      wordSize: 32 | 64,
      order: 'little' | 'big',
      ...of: readonly Size[]
    ): string | undefined => table.ofNotes(notes(...of), wordSize, order)?.name;
    expect(named(64, 'little', ['CORE', 1, 336], ['CORE', 1, 336])).to.equal('x86_64');
    expect(named(64, 'little', ['CORE', 1, 392])).to.equal('arm64');
    expect(named(64, 'little', ['CORE', 1, 376])).to.equal('riscv64');
    expect(named(64, 'little', ['CORE', 1, 504])).to.equal('ppc64');
    expect(named(64, 'big', ['CORE', 1, 504])).to.equal('ppc64');
    expect(named(64, 'big', ['CORE', 1, 336])).to.equal('s390x');
    expect(named(32, 'little', ['CORE', 1, 144])).to.equal('i386');
    expect(named(32, 'little', ['CORE', 1, 148])).to.equal('arm');
    expect(named(64, 'little', ['CORE', 1, 336], ['CORE', 1, 392])).to.equal(undefined);
    // mips64 and loongarch64: only the floating-point registers differ in size.
    expect(named(64, 'little', ['CORE', 1, 480])).to.equal(undefined);
    expect(named(64, 'little', ['CORE', 1, 480], ['CORE', 2, 268])).to.equal('loongarch64');
    expect(named(64, 'little', ['CORE', 1, 480], ['CORE', 2, 264])).to.equal('mips64');
    expect(named(64, 'little', ['CORE', 1, 480], ['CORE', 2, 264], ['CORE', 2, 268])).to.equal(
      undefined,
    );
    expect(named(64, 'little', ['CORE', 1, 1000])).to.equal(undefined);
    // Of a 32-bit kernel with more than 4 GiB, whose files are 64-bit.
    expect(named(64, 'little', ['CORE', 1, 144])).to.equal('i386');
    expect(named(64, 'little')).to.equal(undefined);
  });

  it("believes one of QEMU's notes of a CPU before all others", () => {
    for (const size of [432, 440]) {
      const both = notes(['CORE', 1, 392], ['QEMU', 0, 8], ['QEMU', 0, size]);
      expect(table.ofNotes(both, 64, 'little')?.name).to.equal('x86_64');
      expect(table.ofNotes(both, 32, 'little')?.name).to.equal('i386');
      expect(table.ofNotes(notes(['QEMU', 0, size]), 64, 'big')).to.equal(undefined);
    }
  });

  it('gives a machine the number that its notes have', () => {
    const ofI386 = notes(['CORE', 1, 336], ['CORE', 1, 144]);
    expect(table.elfMachineOf('x86_64', [])).to.equal(62);
    expect(table.elfMachineOf('x86_64', notes(['CORE', 1, 336]))).to.equal(62);
    expect(table.elfMachineOf('x86_64', ofI386)).to.equal(3);
    expect(table.elfMachineOf('i386', ofI386)).to.equal(3);
    expect(table.elfMachineOf('arm64', ofI386)).to.equal(183);
    expect([table.elfMachineOf('mips', []), table.elfMachineOf('mips64', [])]).to.deep.equal([
      8, 8,
    ]);
    expect(table.elfMachineOf('pdp11', [])).to.equal(undefined);
    expect(table.elfMachineOf(null, [])).to.equal(undefined);
  });
});
