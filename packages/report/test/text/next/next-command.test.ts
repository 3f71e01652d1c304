import { locatedKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import type { NextFacts } from '../../../dist/index.js';
import { type NextSubject, nextCommands } from '../../../dist/text/next/next-command.js';

const kernel = locatedKernel({
  physBase: -0x25600000,
  kaslrOffset: 0x27e00000,
  release: '6.9.0',
  banner: 'Linux version 6.9.0 (me@home) #1',
  buildId: 'abcdef01',
  role: 'running',
});
const subject: NextSubject = {
  kernel,
  isChosen: true,
  confidence: 'certain',
  isNamedByFile: true,
  isReachedByCpu: true,
};
const facts: NextFacts = {
  files: ['vmcore'],
  format: 'kdump',
  container: null,
  architecture: 'x86_64',
  wordSizeInBits: 64,
  isOffsetShared: false,
  statedPhysBase: null,
  capturedBy: 'kdump',
  writtenBy: 'makedumpfile',
  isCut: false,
  isLossy: false,
  readers: null,
  areFiles: true,
  host: 'x86_64',
};
const cut = { isCut: true, isLossy: true };

const commandsOf = (
  found: Partial<NextSubject>,
  of: Partial<NextFacts>,
  vmlinux?: string,
): string[] =>
  nextCommands({ ...subject, ...found }, { ...facts, ...of }, vmlinux).steps.map(
    ({ command }) => command,
  );

describe('the next commands', () => {
  it('name vmlinux by its role if its path is not known, and the build ID to get it by', () => {
    expect(nextCommands(subject, facts)).to.deep.equal({
      steps: [
        {
          command: 'crash --machdep phys_base=-0x25600000 --kaslr=0x27e00000 vmlinux vmcore',
          because: null,
        },
      ],
      hints: ['by build ID: debuginfod-find debuginfo abcdef01'],
    });
  });

  it('open the file itself if no tool reads a copy', () => {
    const readers = { ofFile: ['crash'], ofCopy: [] };
    const { steps, hints } = nextCommands(subject, { ...facts, format: 'xen-core', readers });
    expect(steps.map(({ command }) => command)).to.deep.equal([
      'crash --machdep phys_base=-0x25600000 --kaslr=0x27e00000 vmlinux vmcore',
    ]);
    expect(hints).to.have.length(1);
  });

  it('make a copy for drgn where crash reads none', () => {
    const readers = { ofFile: [], ofCopy: ['drgn'] };
    const { steps, hints } = nextCommands(subject, { ...facts, format: 'xen-save', readers });
    expect(steps).to.deep.equal([
      {
        command: 'vmcorekit repair vmcore mended.kdump',
        because: 'makes a copy that drgn and libkdumpfile open',
      },
      {
        command: 'drgn -c mended.kdump -s vmlinux',
        because: 'crash cannot follow the page tables in it',
      },
    ]);
    expect(hints).to.have.length(1);
  });

  it('take the user’s own vmlinux', () => {
    const { steps, hints } = nextCommands(subject, facts, '/src/my linux/vmlinux');
    expect(steps[0]?.command).to.equal(
      "crash --machdep phys_base=-0x25600000 --kaslr=0x27e00000 '/src/my linux/vmlinux' vmcore",
    );
    expect(hints).to.deep.equal([]);
  });

  it('give no phys_base where the architecture has none', () => {
    expect(commandsOf({ kernel: { ...kernel, physBase: null } }, {})).to.deep.equal([
      'crash --kaslr=0x27e00000 vmlinux vmcore',
    ]);
  });

  const ofArm64 = {
    ...kernel,
    physBase: null,
    imageOffset: 0xffffaee432000000n,
    kaslrOffset: 0x2ee46a800000,
    numbers: {
      kimage_voffset: 0xffffaee432000000n,
      phys_offset: 0x40000000n,
      vabits_actual: 48n,
    },
  };
  const armOptions =
    '--machdep kimage_voffset=0xffffaee432000000,phys_offset=0x40000000,vabits_actual=48 --kaslr=0x2ee46a800000';
  const onArm64 = { architecture: 'arm64', host: 'arm64' };

  it('give crash on arm64 the place in its own words', () => {
    expect(commandsOf({ kernel: ofArm64 }, onArm64)).to.deep.equal([
      `crash ${armOptions} vmlinux vmcore`,
    ]);
  });

  it('repair a dump of arm64 whose place is not known whole', () => {
    const { phys_offset: _start, ...numbers } = ofArm64.numbers;
    expect(
      commandsOf({ kernel: { ...ofArm64, numbers }, isNamedByFile: false }, onArm64),
    ).to.deep.equal(['vmcorekit repair vmcore mended.kdump', 'crash vmlinux mended.kdump']);
  });

  it('name what a crash built for another machine needs', () => {
    const { hints } = nextCommands(
      { ...subject, kernel: ofArm64 },
      { ...facts, architecture: 'arm64' },
    );
    expect(hints[0]).to.equal(`a crash built for arm64: crash ${armOptions} vmlinux vmcore`);
  });

  it('give a crash built for another machine a copy of what it does not open', () => {
    const { hints } = nextCommands(
      { ...subject, kernel: ofArm64 },
      { ...facts, architecture: 'arm64', format: 'lime' },
    );
    expect(hints[0]).to.equal('a crash built for arm64: crash vmlinux mended.kdump');
  });

  it('have no crash read memory whose place the file does not say', () => {
    const { steps, hints } = nextCommands(subject, { ...facts, format: 'raw', files: ['ram'] });
    expect(steps.map(({ command }) => command)).to.deep.equal([
      'vmcorekit repair ram mended.kdump',
      'crash vmlinux mended.kdump',
    ]);
    const foreign = { ...facts, format: 'raw', architecture: 'arm64' };
    const forArm = nextCommands({ ...subject, kernel: ofArm64 }, foreign).hints;
    expect(forArm[0]).to.equal('a crash built for arm64: crash vmlinux mended.kdump');
    expect(hints.join()).not.to.contain('ram');
  });

  it('give crash on i386 no more than the KASLR offset', () => {
    expect(
      commandsOf({ kernel: { ...kernel, physBase: null } }, { architecture: 'i386', host: 'i386' }),
    ).to.deep.equal([
      'crash --kaslr=0x27e00000 vmlinux vmcore',
      'vmcorekit repair vmcore mended.elf',
    ]);
  });

  it('repair what crash cannot be given: the place of a kernel of riscv64', () => {
    expect(
      commandsOf(
        { kernel: { ...kernel, physBase: null }, isNamedByFile: false },
        { architecture: 'riscv64', host: 'riscv64' },
      ),
    ).to.deep.equal(['vmcorekit repair vmcore mended.elf', 'crash vmlinux mended.elf']);
  });

  it('name all parts of a split dump, and how to join them', () => {
    expect(commandsOf({}, { files: ['dump.1', 'dump.2'] })).to.deep.equal([
      'crash --machdep phys_base=-0x25600000 --kaslr=0x27e00000 vmlinux dump.1 dump.2',
      'vmcorekit convert dump.1 dump.2 plain.kdump',
    ]);
  });

  // drgn said "linux.vmcoreinfo.raw is not set", and the report named crash only.
  it('name repair if drgn, makedumpfile and libkdumpfile do not open the dump', () => {
    const { steps } = nextCommands(
      { ...subject, isNamedByFile: false },
      { ...facts, writtenBy: 'qemu' },
    );
    expect(steps).to.deep.equal([
      {
        command: 'crash --machdep phys_base=-0x25600000 --kaslr=0x27e00000 vmlinux vmcore',
        because: null,
      },
      {
        command: 'vmcorekit repair vmcore mended.kdump',
        because: 'for drgn, makedumpfile and libkdumpfile, which do not open this file as it is',
      },
    ]);
  });

  // crash said "truncated/incomplete", whatever it was given.
  it('repair a cut flattened file before crash opens it', () => {
    expect(
      commandsOf({ confidence: 'probable' }, { ...cut, container: 'flattened' }),
    ).to.deep.equal([
      'vmcorekit repair --force vmcore mended.kdump',
      'crash --minimal vmlinux mended.kdump',
    ]);
  });

  it('open a cut plain file with crash --minimal', () => {
    expect(commandsOf({ confidence: 'probable', isNamedByFile: false }, cut)).to.deep.equal([
      'crash --minimal --machdep phys_base=-0x25600000 --kaslr=0x27e00000 vmlinux vmcore',
      'vmcorekit repair --force vmcore mended.kdump',
    ]);
  });

  // Pasted for a second dump, it replaced the mended copy of the first one.
  it('say why --force is there, and what else it does', () => {
    const { hints } = nextCommands(
      { ...subject, confidence: 'probable', isNamedByFile: false },
      {
        ...facts,
        writtenBy: 'qemu',
      },
    );
    expect(hints[0]).to.match(/^--force: .*not certain; .*replaces/);
    expect(nextCommands(subject, facts).hints.join()).not.to.include('--force');
  });

  it('repair a format that crash does not know before crash opens it', () => {
    expect(commandsOf({}, { format: 'own' })).to.deep.equal([
      'vmcorekit repair vmcore mended.kdump',
      'crash vmlinux mended.kdump',
    ]);
  });

  it('prove the KASLR offset by symbols if no tool finds it, and pass them to repair', () => {
    const unproved = {
      kernel: { ...kernel, kaslrOffset: null },
      isNamedByFile: false,
      isReachedByCpu: false,
    };
    expect(commandsOf({ ...unproved, confidence: 'probable' }, {})).to.deep.equal([
      'vmcorekit probe --symbols vmlinux vmcore',
      'vmcorekit repair --force --symbols vmlinux vmcore mended.kdump',
    ]);
    expect(
      commandsOf({ ...unproved, confidence: 'probable' }, { ...cut, container: 'flattened' }),
    ).to.deep.equal([
      'vmcorekit repair --force --symbols vmlinux vmcore mended.kdump',
      'crash --minimal vmlinux mended.kdump',
    ]);
  });

  it('leave the offset to crash where a CPU leads to it', () => {
    expect(commandsOf({ kernel: { ...kernel, kaslrOffset: null } }, {})).to.deep.equal([
      'vmcorekit probe --symbols vmlinux vmcore',
      'crash --machdep phys_base=-0x25600000 vmlinux vmcore',
    ]);
  });

  it('name the kernel to repair if the verdict chose another, with another OUT', () => {
    expect(
      commandsOf({ isChosen: false, isNamedByFile: false, confidence: 'certain' }, {}),
    ).to.deep.equal([
      'vmcorekit probe --phys-base -0x25600000 vmcore',
      'crash --machdep phys_base=-0x25600000 --kaslr=0x27e00000 vmlinux vmcore',
      'vmcorekit repair --phys-base -0x25600000 vmcore mended-running.kdump',
    ]);
  });

  it('name drgn for a machine that crash here is not for', () => {
    expect(commandsOf({}, { architecture: 'arm64' })).to.deep.equal(['drgn -c vmcore -s vmlinux']);
    expect(commandsOf({ isNamedByFile: false }, { architecture: 'arm64' })).to.deep.equal([
      'vmcorekit repair vmcore mended.kdump',
      'drgn -c mended.kdump -s vmlinux',
    ]);
  });

  it('name only tools of this machine, and an ELF copy where they read no KDUMP', () => {
    const ofRiscv = { ...kernel, physBase: null };
    const { steps } = nextCommands(
      { ...subject, kernel: ofRiscv, isNamedByFile: false },
      { ...facts, architecture: 'riscv64' },
    );
    expect(steps).to.deep.include({
      command: 'vmcorekit repair vmcore mended.elf',
      because: 'makes a copy that drgn and libkdumpfile open',
    });
    expect(
      commandsOf({ kernel: ofRiscv }, { architecture: 'riscv64', format: 'kdump' }),
    ).to.deep.equal(['vmcorekit repair vmcore mended.elf', 'drgn -c mended.elf -s vmlinux']);
  });

  // The report had the heading of such a kernel, and no command below it.
  it('choose and repair a kernel of arm64 that was not chosen by its image offset', () => {
    expect(
      commandsOf(
        { kernel: ofArm64, isChosen: false, isNamedByFile: false },
        { architecture: 'arm64' },
      ),
    ).to.deep.equal([
      'vmcorekit probe --image-offset 0xffffaee432000000 vmcore',
      'vmcorekit repair --image-offset 0xffffaee432000000 vmcore mended-running.kdump',
      'drgn -c mended-running.kdump -s vmlinux',
    ]);
  });

  const ofPpc64 = { ...kernel, physBase: null, imageOffset: 0xc000000000000000n, numbers: {} };
  const onPpc64 = { architecture: 'ppc64', isOffsetShared: true };

  it('choose a kernel of ppc64 by the place of its text', () => {
    expect(
      commandsOf(
        { kernel: { ...ofPpc64, textPhysicalAddress: 0 }, isChosen: false, isNamedByFile: false },
        onPpc64,
      ).slice(0, 2),
    ).to.deep.equal([
      'vmcorekit probe --text-at 0x0 vmcore',
      'vmcorekit repair --text-at 0x0 vmcore mended-running.elf',
    ]);
  });

  it('repair no kernel that nothing names: repair would write the chosen one', () => {
    const { steps, hints } = nextCommands(
      {
        ...subject,
        kernel: { ...ofPpc64, textPhysicalAddress: null },
        isChosen: false,
        isNamedByFile: false,
      },
      { ...facts, ...onPpc64 },
    );
    expect(steps).to.deep.equal([]);
    expect(hints[0]).to.match(/^repair writes the chosen kernel only/);
  });

  it('quote names for the shell', () => {
    expect(commandsOf({ isNamedByFile: false }, { files: ['my dump'] })[1]).to.equal(
      "vmcorekit repair 'my dump' mended.kdump",
    );
  });
});
