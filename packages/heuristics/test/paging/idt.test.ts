import type { SymbolTable } from '@vmcorekit/core';
import { idt } from '@vmcorekit/heuristics';
import { type BuiltLinuxKernel, type SparseMemory, symbolList } from '@vmcorekit/testing';
import { expect } from 'chai';
import {
  candidatesOf,
  type DumpFields,
  dumpOf,
  emptyMemory,
  findingsOf,
  kaslrOffset,
  kernelIn,
  physBase,
  placeAt,
  rootAt,
} from '../guest.ts';
import { addIsolatedProcess } from './processes.ts';

const text = 0xffff_ffff_8100_0000n + BigInt(kaslrOffset);

function dumpWithIdt(memory: SparseMemory, kernel: BuiltLinuxKernel, fields: DumpFields = {}) {
  const idtBase = kernel.symbols.get('idt_table') ?? 0n;
  return dumpOf(memory, { cr3: [kernel.root], registers: { idt_base: idtBase }, ...fields });
}

function linkSymbols(kernel: BuiltLinuxKernel, shift: number = 0): SymbolTable {
  return symbolList(
    Object.fromEntries(
      [...kernel.symbols].map(([name, address]) => [
        name,
        address - BigInt(kaslrOffset) + BigInt(shift),
      ]),
    ),
    { from: 'System.map', addresses: 'link' },
  );
}

describe('idt', () => {
  it('gives only phys_base, by the first handler, where there are no symbols', () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory, { kallsyms: null });
    const found = candidatesOf(idt, dumpWithIdt(memory, kernel));
    expect(found.map(({ evidence, claim }) => ({ evidence, claim }))).to.deep.equal([
      { evidence: 'paging', claim: { ...placeAt(physBase), root: rootAt(kernel.root) } },
    ]);
  });

  it('proves the KASLR offset with a symbol file', () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory, { kallsyms: null });
    const [, withSymbols] = candidatesOf(idt, dumpWithIdt(memory, kernel), [linkSymbols(kernel)]);
    expect(withSymbols?.evidence).to.equal('symbols');
    expect(withSymbols?.claim).to.deep.equal({
      ...placeAt(physBase),
      kaslrOffset,
      textVirtualAddress: text,
      textPhysicalAddress: kernel.physical(text),
      root: rootAt(kernel.root),
    });
  });

  it("gives the text, but no KASLR offset, with the kernel's own symbols", () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);
    const [, withSymbols] = candidatesOf(idt, dumpWithIdt(memory, kernel));
    expect(withSymbols?.claim).to.have.property('textVirtualAddress', text);
    expect(withSymbols?.claim).not.to.have.property('kaslrOffset');
  });

  it('gives the text with kallsyms of functions only, where the other handlers agree', () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory, { hasOnlyTextSymbols: true });
    const [, withSymbols] = candidatesOf(idt, dumpWithIdt(memory, kernel));
    expect(withSymbols).to.deep.include({ evidence: 'symbols', strength: 'strong' });
    expect(withSymbols?.claim).to.have.property('textVirtualAddress', text);
    expect(withSymbols?.claim).not.to.have.property('kaslrOffset');
  });

  it('rejects function-only kallsyms if another handler differs or too few are there', () => {
    for (const lengthInBytes of [7, 16 * 13]) {
      const memory = emptyMemory();
      const kernel = kernelIn(memory, { hasOnlyTextSymbols: true });
      const gates = kernel.physical(kernel.symbols.get('idt_table') ?? 0n) + 16;
      memory.write(gates, new Uint8Array(lengthInBytes).fill(0xee));
      const found = candidatesOf(idt, dumpWithIdt(memory, kernel));
      expect(found.map(({ evidence }) => evidence)).to.deep.equal(['paging']);
    }
  });

  for (const [what, shift] of [
    ['by less than a kernel is aligned', 0x1000],
    ['so that no banner is where they have it', 0x20_0000],
  ] as const) {
    it(`believes no symbols that differ ${what}`, () => {
      const memory = emptyMemory();
      const kernel = kernelIn(memory, { kallsyms: null });
      const symbols = linkSymbols(kernel, 0);
      const shifted = symbolList(
        Object.fromEntries(
          [...symbols].map(({ name, address }) => [
            name,
            name.startsWith('asm_') ? address + BigInt(shift) : address,
          ]),
        ),
        { addresses: 'link' },
      );
      const findings = findingsOf(idt, dumpWithIdt(memory, kernel), [shifted]);
      expect(findings.map((finding) => finding.kind)).to.deep.equal(['candidate', 'remark']);
    });
  }

  it("reads through the kernel's half where a CPU uses the user's", () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory, { kallsyms: null });
    const { kernelHalf, userHalf } = addIsolatedProcess(memory, kernel, 0x3000000, 0x3100000);
    const [found] = candidatesOf(idt, dumpWithIdt(memory, kernel, { cr3: [userHalf] }));
    expect(found?.claim.root?.tableAddress).to.equal(kernelHalf);
  });

  it('finds nothing for a gate that is absent, unreadable, or leads out of the image', () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory, { kallsyms: null });
    const idtBase = kernel.symbols.get('idt_table') ?? 0n;
    const gate = memory.read(kernel.physical(idtBase), 16);
    for (const [offset, value] of [
      [5, 0],
      [11, 0],
      [8, 0],
    ] as const) {
      memory.write(kernel.physical(idtBase), gate.with(offset, value));
      expect(candidatesOf(idt, dumpWithIdt(memory, kernel))).to.deep.equal([]);
    }
    expect(
      candidatesOf(idt, dumpWithIdt(memory, kernel, { registers: { idt_base: 0x1234n } })),
    ).to.deep.equal([]);
  });
});
