import { x8664 } from '@vmcorekit/architectures';
import { btfInMemory, moduleBtfs, moduleTypes } from '@vmcorekit/linux';
import {
  type BuiltKernelBtf,
  buildKernelBtf,
  linearMemory,
  memoryDump,
  SparseMemory,
  symbolList,
  testKernel,
} from '@vmcorekit/testing';
import { expect } from 'chai';

const address = 0xffffffff82000000n;
const sizeInBytes = 0x20000;
const built = buildKernelBtf({
  address,
  structs: { task: { size: 16, members: { pid: 4 } }, shared: { size: 8, members: { a: 0 } } },
  modules: {
    overlay: { ovl_fs: { size: 24, members: { upper: 8 } } },
    tun: { shared: { size: 4, members: { b: 2 } }, tun_file: { size: 8, members: { task: 1 } } },
    dummy: { dummy_one: { size: 1, members: {} } },
  },
});

function kernelOf({ symbols }: Pick<BuiltKernelBtf, 'symbols'>, memory: SparseMemory) {
  const run = { virtualAddress: address, physicalAddress: 0, lengthInBytes: sizeInBytes };
  const runs = [{ ...run, isWritable: false, isExecutable: false }];
  const fields = { memory: linearMemory(memory, runs), symbols: symbolList(symbols), runs };
  return testKernel({
    dump: memoryDump({ memory, architecture: x8664 }),
    ...fields,
    types: btfInMemory(fields),
  });
}

function memoryOf(): SparseMemory {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
  memory.write(0, built.bytes);
  return memory;
}

describe('the types of a module', () => {
  it('go on with the kernel’s, and a type that both have is the module’s', () => {
    const kernel = kernelOf(built, memoryOf());
    const overlay = moduleTypes(kernel, 'overlay');
    expect(overlay?.struct('ovl_fs')?.member('upper')?.offsetInBytes).to.equal(8);
    expect(overlay?.struct('task')?.member('pid')?.offsetInBytes).to.equal(4);
    expect(overlay?.struct('shared')?.sizeInBytes).to.equal(8);
    const tun = moduleTypes(kernel, 'tun');
    expect(tun?.struct('shared')?.member('b')?.offsetInBytes).to.equal(2);
    expect(tun?.struct('tun_file')?.member('task')?.type?.kind).to.equal('integer');
    expect(tun?.struct('ovl_fs')).to.equal(undefined);
    expect([tun?.from, tun?.remarks]).to.deep.equal(['VMCOREINFO and BTF of tun', []]);
    expect(kernel.types.struct('ovl_fs')).to.equal(undefined);
    expect(moduleTypes(kernel, 'none')).to.equal(undefined);
  });

  it('are listed by name, and read when asked for', () => {
    const { modules, remarks } = moduleBtfs(kernelOf(built, memoryOf()));
    expect(modules.map(({ name }) => name)).to.deep.equal(['overlay', 'tun', 'dummy']);
    expect(remarks).to.deep.equal([]);
    const { symbols } = built;
    const { btf_modules: _, ...others } = symbols;
    expect(moduleBtfs(kernelOf({ symbols: others }, memoryOf())).modules).to.deep.equal([]);
  });

  it('are refused where they do not go on where the kernel’s end', () => {
    for (const [field, what] of [
      [136, 'ids'],
      [140, 'names'],
    ] as const) {
      const memory = memoryOf();
      memory.write((built.places.tun ?? 0) + field, Uint8Array.of(1, 0, 0, 0));
      const tun = moduleTypes(kernelOf(built, memory), 'tun');
      expect(tun?.struct('tun_file')).to.equal(undefined);
      expect(tun?.remarks.join()).to.include(`the BTF of the module tun: its ${what} begin at 1`);
    }
  });

  it('are found from both ends of a torn list, which is said', () => {
    const memory = memoryOf();
    const entry = (built.places.tun ?? 0) - 64;
    memory.writeUint64(entry + 8, 0xdeadn);
    const { modules, remarks } = moduleBtfs(kernelOf(built, memory));
    // The rest comes from the end.
    expect(modules.map(({ name }) => name)).to.deep.equal(['overlay', 'dummy', 'tun']);
    expect(remarks.join()).to.match(
      /^btf_modules: at \w+, the next node \w+ points back to 0xdead,.* no nodes lie between/,
    );
    memory.writeUint64(entry, 0xdeadn);
    expect(moduleBtfs(kernelOf(built, memory)).modules.map(({ name }) => name)).to.deep.equal([
      'overlay',
      'dummy',
    ]);
  });

  it('end where the list is a circle that misses its head', () => {
    const memory = memoryOf();
    const tun = address + BigInt((built.places.tun ?? 0) - 64);
    const dummy = address + BigInt((built.places.dummy ?? 0) - 64);
    memory.writeUint64(Number(dummy - address), tun);
    memory.writeUint64(Number(tun - address) + 8, dummy);
    expect(moduleBtfs(kernelOf(built, memory)).modules.length).to.be.at.most(3);
  });
});
