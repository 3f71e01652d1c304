import { arm, i386 } from '@vmcorekit/architectures';
import type { Architecture, Dump, KernelView, SymbolTable, Testimony } from '@vmcorekit/core';
import { machineName } from '@vmcorekit/heuristics';
import {
  buildUtsname,
  contextFor,
  linearMemory,
  SparseMemory,
  withoutProgress,
} from '@vmcorekit/testing';
import { expect } from 'chai';

const nameAt = 0xc000_2000n;

interface Fields {
  readonly machine: string;
  readonly architecture: Architecture;
  readonly cpus?: number;
  readonly sysname?: string;
}

/** What the witness says of a kernel whose utsname has a name of a machine. */
function testimoniesOf({ machine, architecture, cpus = 0, sysname }: Fields): Testimony[] {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x1_0000 }] });
  memory.write(0x2000, buildUtsname({ machine, ...(sysname === undefined ? {} : { sysname }) }));
  const mapping = { virtualAddress: nameAt, physicalAddress: 0x2000, lengthInBytes: 0x1000 };
  const symbols = {
    find: (name: string) => (name === 'init_uts_ns' ? { name, address: nameAt } : undefined),
  } as unknown as SymbolTable;
  const dump = {
    architecture,
    cpus: Array.from({ length: cpus }),
    image: { memory },
  } as unknown as Dump;
  const kernel = {
    dump,
    symbols,
    memory: linearMemory(memory, [mapping]),
  } as unknown as KernelView;
  const candidate = { kernel, claim: { imageOffset: 0xc000_0000n } };
  return withoutProgress(machineName.testify(contextFor(dump), candidate));
}

describe('machine-name', () => {
  it('denies a kernel of i386 that was searched for as one of arm', () => {
    const [said, ...more] = testimoniesOf({ machine: 'i686', architecture: arm });
    expect(more).to.deep.equal([]);
    expect(said).to.include({ stance: 'against', strength: 'strong', isThroughPageTables: true });
    expect(said?.because).to.equal("init_uts_ns names the machine 'i686', not arm");
  });

  it('says nothing of a kernel of the searched machine', () => {
    expect(testimoniesOf({ machine: 'i686', architecture: i386 })).to.deep.equal([]);
    expect(testimoniesOf({ machine: 'armv7l', architecture: arm })).to.deep.equal([]);
  });

  it('says nothing where a CPU shows the machine, or the name is lost', () => {
    expect(testimoniesOf({ machine: 'i686', architecture: arm, cpus: 1 })).to.deep.equal([]);
    expect(testimoniesOf({ machine: 'i686', architecture: arm, sysname: '' })).to.deep.equal([]);
  });
});
