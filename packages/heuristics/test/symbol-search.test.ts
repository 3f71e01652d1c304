import { isVmcorekitError, type SymbolTable, type Verdict } from '@vmcorekit/core';
import { symbolSearch } from '@vmcorekit/heuristics';
import { type BuiltLinuxKernel, type SymbolListFields, symbolList } from '@vmcorekit/testing';
import { expect } from 'chai';
import {
  dumpOf,
  emptyMemory,
  findingsOf,
  kaslrOffset,
  kernelIn,
  physBase,
  verdictBy,
  verdictOf,
} from './guest.ts';

/** A symbol file as the kernel's build would write it: every address where it was linked. */
function fileOf(
  kernel: BuiltLinuxKernel,
  changes: SymbolListFields & {
    readonly moved?: Readonly<Record<string, bigint>>;
    readonly offset?: number;
  } = {},
): SymbolTable {
  const { moved = {}, offset = kaslrOffset, ...fields } = changes;
  return symbolList(
    Object.fromEntries(
      [...kernel.symbols].map(([name, address]) => [
        name,
        address - BigInt(offset) + (moved[name] ?? 0n),
      ]),
    ),
    { from: 'System.map-test', addresses: 'link', ...fields },
  );
}

function refusalOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (isVmcorekitError(error, 'wrong-symbols')) {
      return error.message;
    }
    throw error;
  }
  return 'not refused';
}

function judged(
  kernel: BuiltLinuxKernel,
  file: SymbolTable,
  memory = emptyMemory(),
): Promise<Verdict> {
  return verdictOf(dumpOf(memory, { cr3: [kernel.root] }), { symbolFiles: [file] });
}

describe('symbol-search', () => {
  it('reads phys_base by the kernel’s own symbols, and claims no KASLR offset', () => {
    const memory = emptyMemory();
    const { root } = kernelIn(memory);
    const [finding] = findingsOf(symbolSearch, dumpOf(memory, { cr3: [root] }));
    expect(finding).to.deep.include({
      kind: 'candidate',
      evidence: 'symbols',
      strength: 'proof',
      reachedByCpu: true,
    });
    expect(finding?.kind === 'candidate' && finding.claim).to.deep.include({
      physBase,
      release: '6.9.1-test',
    });
    expect(finding?.kind === 'candidate' && 'kaslrOffset' in finding.claim).to.equal(false);
  });

  it('searches for page tables where no CPU shows any', async () => {
    const memory = emptyMemory();
    kernelIn(memory);
    const verdict = await verdictBy('symbol-search', dumpOf(memory));
    expect(verdict.confidence).to.equal('certain');
    expect(verdict.kernel).to.deep.include({ physBase, kaslrOffset });
  });

  it('proves the KASLR offset by a symbol file, where no VMCOREINFO does', () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory, { vmcoreInfoAt: null });
    const found = findingsOf(symbolSearch, dumpOf(memory, { cr3: [kernel.root] }), [
      fileOf(kernel),
    ]);
    expect(found.at(-1)).to.deep.include({ kind: 'candidate', strength: 'proof' });
    expect(
      found.some(
        (finding) => finding.kind === 'candidate' && finding.claim.kaslrOffset === kaslrOffset,
      ),
    ).to.equal(true);
  });

  it('proves it also for a kernel without kallsyms', () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory, { kallsyms: null });
    const [finding] = findingsOf(symbolSearch, dumpOf(memory, { cr3: [kernel.root] }), [
      fileOf(kernel),
    ]);
    expect(finding?.kind === 'candidate' && finding.claim).to.deep.include({
      physBase,
      kaslrOffset,
      release: '6.9.1-test',
    });
  });

  const refused: readonly {
    readonly title: string;
    readonly change: Parameters<typeof fileOf>[1];
    readonly says: RegExp;
  }[] = [
    {
      title: 'another build ID',
      change: { buildId: 'ffff' },
      says: /System\.map-test: .*build ID is ffff/,
    },
    {
      title: 'another banner',
      change: { banner: 'Linux version 5.0.0 (other)' },
      says: /banner is 'Linux version 5\.0\.0/,
    },
    {
      title: 'another place for the banner',
      change: { moved: { linux_banner: 64n } },
      says: /linux_banner at 0x/,
    },
    {
      title: 'another place for phys_base',
      change: { moved: { phys_base: 64n } },
      says: /phys_base at 0x/,
    },
    {
      title: 'a link address above the kernel',
      change: { moved: { _text: 0x80000000n } },
      says: /System\.map-test/,
    },
  ];
  for (const { title, change, says } of refused) {
    it(`refuses a symbol file with ${title}, by name`, () => {
      const memory = emptyMemory();
      const kernel = kernelIn(memory);
      const dump = dumpOf(memory, { cr3: [kernel.root] });
      expect(refusalOf(() => findingsOf(symbolSearch, dump, [fileOf(kernel, change)]))).to.match(
        says,
      );
    });
  }

  it('takes run-time symbols for this kernel’s only where they stand exactly', () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);
    const dump = dumpOf(memory, { cr3: [kernel.root] });
    const saved = fileOf(kernel, { addresses: 'runtime', offset: 0 });
    const found = findingsOf(symbolSearch, dump, [saved]);
    expect(
      found.map((finding) => finding.kind === 'candidate' && finding.claim.kaslrOffset),
    ).to.deep.equal([undefined, undefined]);
    expect(
      refusalOf(() => findingsOf(symbolSearch, dump, [fileOf(kernel, { addresses: 'runtime' })])),
    ).to.match(/cannot have moved/);
  });

  it('remarks, and claims nothing, where phys_base contradicts the page tables', () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory, { physBaseVariable: 0x1000000 });
    const [finding] = findingsOf(symbolSearch, dumpOf(memory, { cr3: [kernel.root] }));
    expect(finding?.kind).to.equal('remark');
    const withoutOwn = emptyMemory();
    const other = kernelIn(withoutOwn, { physBaseVariable: 0x1000000, kallsyms: null });
    const dump = dumpOf(withoutOwn, { cr3: [other.root] });
    expect(refusalOf(() => findingsOf(symbolSearch, dump, [fileOf(other)]))).to.match(
      /0x1000000 stands instead of -0x25600000/,
    );
  });

  it('identifies a file without symbols by its build ID, else by its banner', async () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);
    const view = await verdictOf(dumpOf(memory, { cr3: [kernel.root] }));
    const { buildId = null, banner = null } = view.kernel ?? {};
    const matching = [
      ...(buildId === null ? [] : [{ buildId, banner: banner ?? 'none' }]),
      ...(banner === null ? [] : [{ banner }]),
    ];
    expect(matching).to.have.length.greaterThan(0);
    for (const identity of matching) {
      const file = symbolList({}, { from: 'vmlinuz', addresses: 'link', ...identity });
      const verdict = await judged(kernel, file, memory);
      expect(verdict.matchedSymbols).to.deep.equal(['vmlinuz']);
      expect(verdict.refusedSymbols).to.deep.equal([]);
    }
    for (const identity of [{ buildId: 'ffff' }, { banner: 'Linux version 5.0.0 (other)' }]) {
      const file = symbolList({}, { from: 'vmlinuz', addresses: 'link', ...identity });
      const verdict = await judged(kernel, file, memory);
      expect(verdict.matchedSymbols).to.deep.equal([]);
      expect(verdict.refusedSymbols.map(({ file: name }) => name)).to.deep.equal(['vmlinuz']);
    }
    const unknown = symbolList({}, { from: 'vmlinuz', addresses: 'link' });
    expect((await judged(kernel, unknown, memory)).matchedSymbols).to.deep.equal([]);
  });

  it('accepts a file that belongs to one of two kernels', () => {
    const memory = emptyMemory();
    const first = kernelIn(memory);
    const second = kernelIn(memory, {
      physBase: 0x2c00000,
      kaslrOffset: 0x400000,
      vmcoreInfoAt: 0x1400000,
      tablesFrom: 0x2800000,
      release: '5.5.5-second',
    });
    const dump = dumpOf(memory, { cr3: [second.root, first.root] });
    const found = findingsOf(symbolSearch, dump, [fileOf(first, { banner: first.banner })]);
    expect(
      found.flatMap((finding) =>
        finding.kind === 'candidate' && finding.claim.kaslrOffset !== undefined
          ? [finding.claim.physBase]
          : [],
      ),
    ).to.deep.equal([physBase]);
  });

  it('is listed in the verdict as refused, accepted, or not comparable', async () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);
    const { refusedSymbols } = await judged(kernel, fileOf(kernel, { buildId: 'ffff' }), memory);
    expect(refusedSymbols).to.have.lengthOf(1);
    expect(refusedSymbols[0]?.file).to.equal('System.map-test');
    expect(refusedSymbols[0]?.because).to.match(/^their build ID is ffff/);
    expect((await judged(kernel, fileOf(kernel), memory)).refusedSymbols).to.deep.equal([]);
  });

  it('is not refused where the dump leaves out the banner that would be compared', async () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);
    const banner =
      Number((kernel.symbols.get('linux_banner') ?? 0n) - 0xffffffff80000000n) + physBase;
    memory.exclude(banner - (banner % 4096));
    const { refusedSymbols, candidates } = await judged(kernel, fileOf(kernel), memory);
    expect(refusedSymbols).to.deep.equal([]);
    const said = candidates.flatMap(({ contradictions }) =>
      contradictions.map(({ because }) => because),
    );
    expect(
      said.filter((because) => because.includes('cannot be compared with this kernel')),
    ).to.have.lengthOf(1);
  });

  it('finds nothing and refuses nothing where there is no kernel', () => {
    const kernel = kernelIn(emptyMemory());
    expect(findingsOf(symbolSearch, dumpOf(emptyMemory()), [fileOf(kernel)])).to.deep.equal([]);
  });
});

describe('witness symbol-files', () => {
  it('compares a file with the kernel even where the answer is certain without it', async () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);
    const verdict = await judged(kernel, fileOf(kernel), memory);
    expect(
      verdict.evidence.filter((row) => row.by === 'symbol-files').map((row) => row.claim),
    ).to.deep.equal([{ kaslrOffset }]);
  });

  it('names a file of another kernel, and believes the kernel', async () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory);
    const verdict = await judged(kernel, fileOf(kernel, { moved: { linux_banner: 64n } }), memory);
    expect(verdict.kernel?.physBase).to.equal(physBase);
    expect(verdict.contradictions.map((row) => row.because).join()).to.match(
      /System\.map-test: these symbols are not this kernel's/,
    );
  });
});
