import { plugin } from '@vmcorekit/architectures';
import { ArchitectureTable, type KernelLayout, type Progress, VmcoreInfo } from '@vmcorekit/core';
import {
  arm64Layout,
  i386Layout,
  type MachineSigns,
  machinesByNote,
  ppc64Layout,
  searchMachineSigns,
  x8664Layout,
} from '@vmcorekit/linux';
import { buildElf, buildUtsname, memoryImage, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const architectures = new ArchitectureTable(plugin.architectures ?? []);
const memoryEnd = 0x40_0000;

function memoryWith(places: Readonly<Record<number, Uint8Array>>): SparseMemory {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: memoryEnd }] });
  for (const [at, bytes] of Object.entries(places)) {
    memory.write(Number(at), bytes);
  }
  return memory;
}

function signsIn(memory: SparseMemory): readonly MachineSigns[] {
  const work: Generator<Progress, readonly MachineSigns[], void> = searchMachineSigns(
    memory,
    architectures,
  );
  let step = work.next();
  while (step.done !== true) {
    step = work.next();
  }
  return step.value;
}

function namesIn(places: Readonly<Record<number, Uint8Array>>): string[][] {
  return signsIn(memoryWith(places)).map((signs) => signs.map(({ architecture }) => architecture));
}

function elfOf(e_machine: number): Uint8Array {
  return buildElf({ segments: [], fields: { e_machine } }).bytes;
}

describe('signs of a machine in memory', () => {
  it('are the machines that utsnames name, the most frequent first', () => {
    const [arm, i686] = [buildUtsname({ machine: 'aarch64' }), buildUtsname({ machine: 'i686' })];
    expect(namesIn({ 4100: i686, 20480: arm, 28680: arm })).to.deep.equal([['arm64', 'i386']]);
  });

  it('are found where a utsname crosses two pages', () => {
    expect(namesIn({ 8188: buildUtsname({ machine: 's390x' }) })).to.deep.equal([['s390x']]);
  });

  it('say what was seen and where', () => {
    const memory = memoryWith({ 12288: buildUtsname({ machine: 'ppc64le', release: '6.1.2' }) });
    const [[sign] = []] = signsIn(memory);
    expect(sign?.because).to.equal('a utsname of Linux 6.1.2 at 0x3000 names ppc64');
    expect(sign?.at).to.deep.equal([{ physicalAddress: 0x3000 }]);
  });

  it('are ELF headers at the start of a page, weaker than utsnames', () => {
    const places = { 8192: elfOf(183), 12296: elfOf(62) };
    expect(namesIn(places)).to.deep.equal([['arm64']]);
    expect(namesIn({ ...places, 32768: buildUtsname({ machine: 'riscv64' }) })).to.deep.equal([
      ['riscv64'],
      ['arm64'],
    ]);
  });

  it('are no utsname of another system, no unknown machine and no odd place', () => {
    const machine = 'aarch64';
    expect(
      namesIn({
        4098: buildUtsname({ machine }),
        12288: buildUtsname({ machine, sysname: 'Linus' }),
        20480: buildUtsname({ machine, release: 'unknown' }),
        28672: buildUtsname({ machine: 'pdp11' }),
        36864: buildUtsname({ machine: '' }),
      }),
    ).to.deep.equal([]);
  });

  it('pass over pages that cannot be read', () => {
    const memory = memoryWith({ 4096: buildUtsname({ machine: 'aarch64' }) });
    memory.lose(0x1000, 'corrupt');
    expect(signsIn(memory)).to.deep.equal([]);
  });

  it('cost no more than the memory where it is full of look-alikes', () => {
    const start = new TextEncoder().encode('Linux\0\0\0');
    const page = Uint8Array.from({ length: 4096 }, (_, at) => start[at % start.length] ?? 0);
    const pages = Array.from({ length: 200 }, (_, pfn) => [pfn * 4096, page] as const);
    expect(namesIn(Object.fromEntries(pages))).to.deep.equal([]);
  });

  it('never throw, whatever memory holds', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.nat(memoryEnd / 4 - 4096).map((word) => word * 4),
            fc.oneof(
              fc.uint8Array({ minLength: 1, maxLength: 600 }),
              fc
                .string({ maxLength: 70 })
                .map((machine) => buildUtsname({ machine: machine.slice(0, 64) })),
            ),
          ),
          { maxLength: 8 },
        ),
        (places) => {
          expect(signsIn(memoryWith(Object.fromEntries(places)))).to.be.an('array');
        },
      ),
    );
  });
});

describe('the machine by the VMCOREINFO of the file', () => {
  const layouts: readonly KernelLayout[] = [x8664Layout, arm64Layout, ppc64Layout, i386Layout];

  function machinesIn(text: string, places: Readonly<Record<number, Uint8Array>>): string[] {
    const image = memoryImage(memoryWith(places));
    const signs = machinesByNote(
      { vmcoreinfo: new VmcoreInfo(text), image },
      layouts,
      architectures,
    );
    return signs.map(({ architecture }) => architecture);
  }

  const arm64Text = [
    'NUMBER(kimage_voffset)=0xffffd61b5a800000',
    'SYMBOL(init_uts_ns)=ffffd61b5a812300',
    '',
  ].join('\n');

  it('is the one whose layout leads to a utsname that names it', () => {
    const place = { 74496: buildUtsname({ machine: 'aarch64' }) };
    expect(machinesIn(arm64Text, place)).to.deep.equal(['arm64']);
  });

  it('is none that the utsname there does not name', () => {
    const place = { 74496: buildUtsname({ machine: 'x86_64' }) };
    expect(machinesIn(arm64Text, place)).to.deep.equal([]);
    expect(machinesIn(arm64Text, {})).to.deep.equal([]);
    expect(machinesIn('OSRELEASE=6.1.0\n', place)).to.deep.equal([]);
  });

  // A KDUMP file of an arm64 guest, whose CPU notes were dropped, ended in "a view of 390 bytes at
  // -1 does not lie in one page".
  it('is asked only of layouts that the text places', () => {
    const read: number[] = [];
    const memory = memoryWith({});
    memory.read = (address, lengthInBytes) => {
      read.push(address);
      return new Uint8Array(lengthInBytes);
    };
    const image = memoryImage(memory);
    const vmcoreinfo = new VmcoreInfo(arm64Text);
    expect(machinesByNote({ vmcoreinfo, image }, layouts, architectures)).to.deep.equal([]);
    expect(read.every((address) => address >= 0)).to.equal(true);
    expect(read).to.include(0x12300);
  });

  it('is distinguished among layouts with one offset', () => {
    const text = 'SYMBOL(init_uts_ns)=c0012300\n';
    expect(machinesIn(text, { 74496: buildUtsname({ machine: 'i686' }) })).to.deep.equal(['i386']);
  });
});
