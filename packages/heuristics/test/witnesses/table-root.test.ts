import type { SymbolTable, Testimony, WitnessedCandidate } from '@vmcorekit/core';
import { tableRoot } from '@vmcorekit/heuristics';
import { type BuiltLinuxKernel, contextFor, symbolList, withoutProgress } from '@vmcorekit/testing';
import { expect } from 'chai';
import { dumpOf, emptyMemory, kernelIn, physBase, placeAt, rootAt, viewOf } from '../guest.ts';
import { addIsolatedProcess, addProcess } from '../paging/processes.ts';

type Dump = ReturnType<typeof dumpOf>;

function testimonies(
  dump: Dump,
  fields: { root?: number; symbols?: SymbolTable; physBase?: number },
): Testimony[] {
  const candidate: WitnessedCandidate = {
    claim: placeAt(fields.physBase ?? physBase),
    kernel: fields.root === undefined ? null : viewOf(dump, fields.root, fields.symbols),
  };
  return withoutProgress<Testimony>(tableRoot.testify(contextFor(dump), candidate));
}

function symbolsOf(
  kernel: BuiltLinuxKernel,
  changed: Readonly<Record<string, bigint>> = {},
): SymbolTable {
  return symbolList({ ...Object.fromEntries(kernel.symbols), ...changed }, { from: 'kallsyms' });
}

describe('witness table-root', () => {
  it("speaks for a candidate through a process's tables, by the kernel's own root", () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);
    const [said] = testimonies(dumpOf(memory), {
      root: addProcess(memory, kernel, 0x3000000),
      symbols: symbolsOf(kernel),
    });
    expect(said).to.include({
      stance: 'for',
      evidence: 'symbols',
      strength: 'strong',
      isThroughPageTables: true,
    });
    expect(said?.claim).to.deep.equal({ root: rootAt(kernel.root) });
    expect(said?.because).to.contain('shares the tables');
  });

  it("speaks for it through the user's half of page-table isolation too", () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);
    const { userHalf } = addIsolatedProcess(memory, kernel, 0x3000000, 0x3100000);
    const [said] = testimonies(dumpOf(memory), { root: userHalf, symbols: symbolsOf(kernel) });
    expect([said?.stance, said?.because.includes('maps the same image')]).to.deep.equal([
      'for',
      true,
    ]);
  });

  it('speaks against it where no such table lies at the symbol', () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);
    const elsewhere = { init_top_pgt: (kernel.symbols.get('init_top_pgt') ?? 0n) + 0x10000n };
    memory.writeUint64(kernel.root + 0x10000 + 511 * 8, 0x1234_5067n);
    const [said] = testimonies(dumpOf(memory), {
      root: kernel.root,
      symbols: symbolsOf(kernel, elsewhere),
    });
    expect(said).to.include({ stance: 'against', strength: 'strong' });
  });

  it('does not deny a kernel whose own root was wiped: the page names no other', () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);
    const root = addProcess(memory, kernel, 0x3000000);
    memory.write(kernel.root, new Uint8Array(4096));
    const [said] = testimonies(dumpOf(memory), { root, symbols: symbolsOf(kernel) });
    expect(said).to.include({ stance: 'against', strength: 'weak' });
  });

  it('takes the place from VMCOREINFO without symbols, and then denies only weakly', () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);
    const [right] = testimonies(dumpOf(memory, { vmcoreinfo: kernel.vmcoreInfo }), {
      root: kernel.root,
    });
    expect(right).to.include({ stance: 'for', evidence: 'vmcoreinfo' });
    const moved = kernel.vmcoreInfo.replace(
      /SYMBOL\(init_top_pgt\)=[0-9a-f]+/,
      'SYMBOL(init_top_pgt)=ffffffff80000000',
    );
    memory.exclude(0);
    expect(testimonies(dumpOf(memory, { vmcoreinfo: moved }), { root: kernel.root })).to.deep.equal(
      [],
    );
  });

  it('says nothing of a candidate that VMCOREINFO does not speak of', () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);
    expect(
      testimonies(dumpOf(memory, { vmcoreinfo: kernel.vmcoreInfo }), { physBase: 0x200_0000 }),
    ).to.deep.equal([]);
  });

  it('says nothing where the table is not in the dump', () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);
    const root = addProcess(memory, kernel, 0x3000000);
    memory.exclude(kernel.root);
    expect(testimonies(dumpOf(memory), { root, symbols: symbolsOf(kernel) })).to.deep.equal([]);
  });
});
