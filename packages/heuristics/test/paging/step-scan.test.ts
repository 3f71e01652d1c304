import { lookThrough, type MemoryLook, type SymbolTable, takeAlong } from '@vmcorekit/core';
import { stepScan } from '@vmcorekit/heuristics';
import { kernelLooks } from '@vmcorekit/linux';
import { type BuiltLinuxKernel, SparseMemory, symbolList } from '@vmcorekit/testing';
import { expect } from 'chai';
import {
  candidatesOf,
  dumpOf,
  emptyMemory,
  findingsOf,
  kaslrOffset,
  kernelIn,
  physBase,
  placeAt,
  rootAt,
} from '../guest.ts';

const mebibyte = 0x10_0000;
const text = 0xffff_ffff_8100_0000n + BigInt(kaslrOffset);

/** The kernel's symbols as its System.map has them. */
function systemMapOf(kernel: BuiltLinuxKernel, offset: number = kaslrOffset): SymbolTable {
  return symbolList(
    Object.fromEntries(
      [...kernel.symbols].map(([name, address]) => [name, address - BigInt(offset)]),
    ),
    {
      from: 'System.map',
      addresses: 'link',
    },
  );
}

describe('step-scan without a symbol file', () => {
  for (const levels of [4, 5] as const) {
    it(`finds the image by its entry code and proves it by its own tables, ${levels} levels`, () => {
      const memory = emptyMemory();
      const kernel = kernelIn(memory, { levels });

      const found = candidatesOf(stepScan, dumpOf(memory));

      expect(found.map(({ claim }) => claim)).to.deep.equal([
        {
          ...placeAt(physBase),
          kaslrOffset,
          textVirtualAddress: text,
          textPhysicalAddress: kernel.physical(text),
          root: rootAt(kernel.root, levels),
        },
      ]);
      expect(found[0]?.assumes).to.have.property('kaslrOffset');
    });
  }

  it('reads no page again that a pass over all memory took for no code', () => {
    const another: MemoryLook<never> = { doing: 'looking', begin: () => () => {} };
    const memory = emptyMemory();
    kernelIn(memory);
    const pages = Array.from({ length: 20 }, (_, at) => 0x500_0000 + at * 2 * mebibyte);
    for (const page of pages) {
      memory.write(page, Uint8Array.of(1));
    }
    let looked = 0;
    const view = memory.withView.bind(memory);
    memory.withView = (address, length, use) => {
      looked += pages.includes(address) ? 1 : 0;
      return view(address, length, use);
    };
    const before = candidatesOf(stepScan, dumpOf(memory));
    expect(looked).to.equal(pages.length);
    takeAlong(memory, kernelLooks);
    Array.from(lookThrough(memory, another));
    looked = 0;
    expect(candidatesOf(stepScan, dumpOf(memory))).to.deep.equal(before);
    expect(before).to.have.lengthOf(1);
    expect(looked).to.equal(0);
  });

  it('takes no copy of the image for a kernel', () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);
    const start = kernel.physical(text);
    memory.write(0x4000000, memory.read(start, 6 * mebibyte));
    memory.exclude(start);
    expect(candidatesOf(stepScan, dumpOf(memory))).to.deep.equal([]);
  });

  it('does not read outside its range', () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);
    const loadDelta = physBase + kaslrOffset;
    const within = { from: loadDelta - mebibyte, to: loadDelta + mebibyte, step: mebibyte };
    expect(
      candidatesOf(stepScan, dumpOf(memory), [], within).map(
        ({ claim }) => claim.root?.tableAddress,
      ),
    ).to.deep.equal([kernel.root]);
    expect(candidatesOf(stepScan, dumpOf(memory), [], { to: loadDelta - mebibyte })).to.deep.equal(
      [],
    );
  });

  it('passes over what is no memory, however wide', () => {
    const far = 2 ** 46;
    const memory = new SparseMemory({
      ranges: [
        { start: 0x1000, end: 0x2000 },
        { start: far + 0x1000, end: far + 0x800_0000 },
      ],
    });
    const kernel = kernelIn(memory, {
      physBase: far + 0x60_0000,
      kaslrOffset: 0,
      vmcoreInfoAt: null,
      tablesFrom: far + 0x200_0000,
      directMapSizeInBytes: 0x20_0000,
    });
    expect(
      candidatesOf(stepScan, dumpOf(memory)).map(({ claim }) => claim.root?.tableAddress),
    ).to.deep.equal([kernel.root]);
  });

  it('finds a kernel by the search of old: 0 to 32 MiB by 1 MiB', () => {
    const memory = emptyMemory();
    kernelIn(memory, { physBase: 0x60_0000, kaslrOffset: 0, vmcoreInfoAt: null });
    const found = candidatesOf(stepScan, dumpOf(memory), [], {
      from: '0',
      to: '32 MiB',
      step: '1 MiB',
    });
    expect(found.map(({ claim }) => claim.physBase)).to.deep.equal([0x60_0000]);
  });
});

describe('step-scan with a symbol file', () => {
  it('reads phys_base from the variable, and the KASLR offset from the distance', () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);

    const found = candidatesOf(stepScan, dumpOf(memory), [systemMapOf(kernel)]);

    expect(found.map(({ evidence, claim }) => ({ evidence, claim }))).to.deep.equal([
      {
        evidence: 'symbols',
        claim: {
          ...placeAt(physBase),
          kaslrOffset,
          textVirtualAddress: text,
          textPhysicalAddress: kernel.physical(text),
          root: rootAt(kernel.root),
        },
      },
    ]);
    expect(found[0]).not.to.have.property('assumes');
  });

  it('rejects a copy of the image, whose variable belongs to a kernel elsewhere', () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);
    const start = kernel.physical(text);
    memory.write(0x4000000, memory.read(start, 6 * mebibyte));
    memory.exclude(kernel.root);
    const findings = findingsOf(stepScan, dumpOf(memory), [systemMapOf(kernel)]);
    expect(findings.map((finding) => finding.kind)).to.deep.equal(['remark', 'remark']);
    expect(findings[1]?.because).to.contain('a copy');
  });

  it('finds nothing with symbols by which only the banner fits', () => {
    const memory = emptyMemory();
    const differing = systemMapOf(kernelIn(memory), kaslrOffset + 0x1000);
    expect(
      findingsOf(stepScan, dumpOf(memory), [differing]).map((finding) => finding.kind),
    ).to.deep.equal(['remark']);
  });

  it('finds nothing where the symbols name no text', () => {
    const memory = emptyMemory();
    kernelIn(memory);
    const empty = symbolList({}, { from: 'empty', addresses: 'link' });
    expect(findingsOf(stepScan, dumpOf(memory), [empty])).to.deep.equal([]);
  });
});
