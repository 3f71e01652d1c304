import type { KernelPlace } from '@vmcorekit/core';
import { type JudgedSearch, type WeighedDump, weigh } from '@vmcorekit/engine/testing';
import { arm64Layout, ppc64Layout, x8664Layout } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { candidatesIn, factsIn, rowBecause, windowStart } from './judged-facts.ts';
import { claimIn } from './said.ts';
import { truthTable, wordsOf } from './truth-table.ts';

const searchFacts = {
  'timed-out': 'hasTimedOut',
  'page-limit': 'hasReachedPageLimit',
  'transfer-limit': 'hasReachedTransferLimit',
  'cut-short': 'isSearchCutShort',
  astray: 'isCpuAstray',
  'wrong-symbols': 'hasWrongSymbols',
} as const satisfies Record<string, keyof JudgedSearch>;

const dumpFacts = {
  cpus: { areCpusKnown: true, isEveryCpuAccountedFor: true },
  'lost-tables': { areCpusKnown: true, areTablesLost: true },
  firmware: { isEveryCpuAccountedFor: true, isInFirmware: true },
  missing: { isMemoryMissing: true },
  untranslated: { isTranslated: false },
  'no-layout': { layout: null },
  unreadable: { sourceFailure: 'vmcore: input/output error' },
} as const satisfies Record<string, Partial<WeighedDump>>;

const dump: WeighedDump = {
  areCpusKnown: false,
  isEveryCpuAccountedFor: false,
  areTablesLost: false,
  isInFirmware: false,
  isMemoryMissing: false,
  isTranslated: true,
  layout: x8664Layout,
  sourceFailure: null,
  byteOrder: 'little',
  wordSizeInBits: 64,
};

function searchOf(facts: Partial<JudgedSearch>): JudgedSearch {
  return {
    candidates: [],
    originFindings: [],
    contradictions: [],
    unplaced: [],
    remarks: [],
    notRun: [],
    hasTimedOut: false,
    hasReachedPageLimit: false,
    hasReachedTransferLimit: false,
    isSearchCutShort: false,
    isCpuAstray: false,
    hasWrongSymbols: false,
    ...facts,
  };
}

function known<Value>(facts: Readonly<Record<string, Value>>, word: string): Value {
  const value = facts[word];
  if (value === undefined) {
    throw new Error(`no fact is known by the word ${word}`);
  }
  return value;
}

function searchIn(cell: string): Partial<JudgedSearch> {
  return Object.fromEntries(wordsOf(cell).map((word) => [known(searchFacts, word), true]));
}

function dumpIn(cell: string): WeighedDump {
  return Object.assign({ ...dump }, ...wordsOf(cell).map((word) => known(dumpFacts, word)));
}

/** `because` is a doubt about the kernel that is chosen, or the reason why there is none. */
const table = truthTable(
  ['search', 'dump', 'A', 'B', 'kernel', 'confidence', 'because'],
  `
  search | dump | A | B | kernel | confidence | because

  believes the only witnessed kernel of a whole dump without CPUs
    - | - | witnessed | - | A | certain | -
  believes a kernel that a CPU reaches
    - | cpus | witnessed reached | - | A | certain | -
  believes a kernel that the file names, though no CPU reaches it
    - | cpus | witnessed named | - | A | certain | -
  reports the confidence in the chosen kernel
    - | - | witnessed probable | evident | A | probable | another
  believes a probable kernel no more for being reached
    - | cpus | witnessed probable reached | - | A | probable | -
  reports a probable kernel that no witness sees
    - | - | probable evident | - | A | probable | -

  doubts what nothing selects where the search was cut short
    cut-short | - | witnessed | - | A | probable | cut short
  believes what a CPU reaches though the search was cut short
    cut-short | cpus | witnessed reached | - | A | certain | -
  believes what the file names though the search was cut short
    cut-short | cpus | witnessed named | - | A | certain | -
  doubts a kernel to which no CPU leads though CPUs are known
    - | cpus | witnessed | - | A | probable | no CPU
  doubts a kernel where a CPU's tables are lost and nothing selects it
    - | lost-tables | witnessed | - | A | probable | lost tables
  does not doubt a kernel that the user means
    cut-short | cpus missing | witnessed meant | - | A | certain | -
  gives the kernel that the user means rather than the one that a CPU runs
    - | cpus | witnessed meant | witnessed run | A | certain | -
  believes a kernel that a CPU reaches where another CPU's tables are lost
    - | lost-tables | witnessed reached | - | A | certain | -
  doubts what nothing selects where memory is missing
    - | missing | witnessed | - | A | probable | lost
  believes what a CPU reaches though memory is missing
    - | cpus missing | witnessed reached | - | A | certain | -
  doubts what nothing selects beside signs of another kernel
    - | - | witnessed | evident | A | probable | another
  doubts what nothing selects where a VMCOREINFO names another kernel
    - | - | witnessed | vmcoreinfo | A | probable | another
  believes what is selected beside signs of another kernel
    - | - | witnessed named | evident vmcoreinfo | A | certain | -
  doubts nothing for a candidate of which there is no sign
    - | - | witnessed | unwitnessed | A | certain | -
  takes signs of the chosen kernel for no other
    - | - | witnessed evident vmcoreinfo | - | A | certain | -
  names a search cut short before CPUs that lead elsewhere
    cut-short | cpus missing | witnessed | evident | A | probable | cut short
  names CPUs that lead elsewhere before lost memory
    - | cpus missing | witnessed | evident | A | probable | no CPU
  names lost memory before signs of another kernel
    - | missing | witnessed | evident | A | probable | lost
  doubts a reached kernel where a CPU runs another that no witness recognises
    - | cpus | witnessed reached | run | A | probable | unrecognised
  doubts no kernel for another that a CPU only seems to reach
    - | cpus | witnessed reached | reached | A | certain | -
  doubts no kernel that CPUs run for another that is witnessed
    - | cpus | witnessed run named | witnessed run | A | certain | -
  doubts a kernel that keeps memory for a capture kernel where a CPU is astray
    astray | cpus | witnessed reached keeps=10-20 | - | A | probable | capture
  believes a kernel without a reserve though a CPU is astray
    astray | cpus | witnessed reached | - | A | certain | -
  believes a kernel with a reserve where no CPU is astray
    - | cpus | witnessed reached keeps=10-20 | - | A | certain | -
  doubts a named kernel with a reserve where a CPU is astray
    astray | cpus | witnessed named keeps=10-20 | - | A | probable | capture
  keeps a probable kernel probable whatever the doubt
    cut-short | - | witnessed probable | - | A | probable | cut short
  believes a kernel that was found before the time ended
    timed-out page-limit wrong-symbols | - | witnessed | - | A | certain | -
  believes a kernel on a machine whose layout is not known
    - | no-layout untranslated | witnessed | - | A | certain | -

  finds no kernel where there is nothing
    - | - | - | - | - | none | no-kernel
  finds no kernel in what is only claimed weakly
    - | - | vmcoreinfo | - | - | none | no-kernel
  finds the evidence insufficient where something weighty was found
    - | - | evident | - | - | none | insufficient-evidence
  looks at all candidates for something weighty
    - | - | unwitnessed | evident | - | none | insufficient-evidence
  finds no kernel of two probable ones
    - | - | probable evident | probable evident | - | none | insufficient-evidence
  supports no machine whose pages cannot be translated
    - | untranslated | - | - | - | none | unsupported-architecture
  supports no machine whose kernels cannot be placed
    - | no-layout | evident | - | - | none | unsupported-architecture
  answers nothing where the file cannot be read further, though a kernel is witnessed
    - | unreadable cpus | witnessed reached | - | - | none | source-failed
  names the failed file before the machine, the limits and an ambiguity
    timed-out page-limit wrong-symbols | unreadable untranslated | witnessed | witnessed | - | none | source-failed
  names the machine before the limits
    timed-out page-limit wrong-symbols | untranslated | - | - | - | none | unsupported-architecture
  names the time limit
    timed-out | - | evident | - | - | none | timed-out
  names the page limit
    page-limit | - | evident | - | - | none | page-limit
  names the time limit before the page limit
    timed-out page-limit | - | - | - | - | none | timed-out
  names the limits before wrong symbols
    page-limit wrong-symbols | - | - | - | - | none | page-limit
  names wrong symbols where nothing else was found
    wrong-symbols | - | - | - | - | none | wrong-symbols
  names no wrong symbols beside a candidate
    wrong-symbols | - | evident | - | - | none | insufficient-evidence
  names no wrong symbols beside a candidate of no weight
    wrong-symbols | - | unwitnessed | - | - | none | no-kernel

  finds two witnessed kernels ambiguous
    - | - | witnessed | witnessed | - | ambiguous | ambiguous
  names the ambiguity before limits, wrong symbols and the machine
    timed-out page-limit cut-short wrong-symbols | untranslated no-layout | witnessed | witnessed | - | ambiguous | ambiguous
  chooses neither of two kernels in each other's reserve by the order of finding
    - | - | witnessed keeps=10-20 at=15 | witnessed keeps=10-20 at=16 | - | ambiguous | ambiguous
  finds a kernel that a CPU runs ambiguous beside one that is witnessed
    - | cpus | run evident | witnessed | - | ambiguous | ambiguous
  `,
);

/** What the explanation says of each doubt, and of each reason. */
const sentences: Readonly<Record<string, string>> = {
  'cut short': 'the search did not come to its end, and nothing selects this kernel',
  'no CPU': "no CPU's page tables lead to this kernel",
  'lost tables': "a CPU's page tables are lost, and nothing selects this kernel",
  lost: 'some of the memory is lost, and nothing selects this kernel',
  another: 'there are signs of another kernel, and nothing selects this one',
  unrecognised: "a CPU's page tables lead to another kernel, which no witness recognises",
  capture:
    "a CPU's page tables lead to no kernel that is recognised, and this one keeps memory for a capture kernel",
  'source-failed': 'the dump cannot be read further: vmcore: input/output error',
  'no-kernel': 'no kernel was found in this memory',
  'insufficient-evidence': 'something looks like a kernel, but no witness could confirm it',
  'unsupported-architecture': 'finding a kernel is not supported for this architecture',
  'timed-out': 'the time limit ended the search before it found a kernel',
  'page-limit': 'the search reached its page limit before it found a kernel',
  'transfer-limit': 'a search would have to fetch more over the network than it may',
  'wrong-symbols': 'the given symbols are not those of a kernel in this memory',
};

/**
 * The explanation of kernel A, whose image has no layout by which to name its place, without and
 * with a doubt.
 */
function explained(facts: WeighedDump, doubt: string | undefined): string {
  const place =
    facts.layout === null ? 'the image offset is 0xffffffff7f000000' : 'phys_base is 0x1000000';
  return [place, 'the KASLR offset is not proved', ...(doubt === undefined ? [] : [doubt])].join(
    '; ',
  );
}

describe('weigh', () => {
  for (const { title, search, dump: dumpCell, A, B, kernel, confidence, because } of table) {
    it(title, () => {
      const named = candidatesIn({ A, B });
      const facts = dumpIn(dumpCell);
      const verdict = weigh(
        searchOf({ ...searchIn(search), candidates: [...named.values()] }),
        facts,
      );
      expect(verdict.kernel?.imageOffset).to.equal(named.get(kernel)?.imageOffset);
      expect(verdict.confidence).to.equal(confidence);
      expect(verdict.reason).to.equal(kernel === '-' ? because : null);
      if (kernel === 'A' && B === '-') {
        expect(verdict.explanation).to.equal(explained(facts, sentences[because]));
        expect(verdict.qualifications).to.deep.equal([sentences[because] ?? []].flat());
      } else if (because === '-') {
        expect(
          Object.values(sentences).filter((sentence) => verdict.explanation.includes(sentence)),
        ).to.deep.equal([]);
      } else if (because !== 'ambiguous') {
        expect(verdict.explanation).to.include(known(sentences, because));
      }
    });
  }

  describe('explains', () => {
    const explanationOf = (
      candidates: JudgedSearch['candidates'],
      facts: WeighedDump = dump,
    ): string => weigh(searchOf({ candidates }), facts).explanation;

    it('where the kernel lies and its KASLR offset', () => {
      const found = { ...factsIn('witnessed', 0x1000000), claim: claimIn('k=0x2000000') };
      expect(explanationOf([found])).to.equal(
        'phys_base is 0x1000000; the KASLR offset is 0x2000000',
      );
    });

    it('other witnessed kernels by their roles', () => {
      const named = candidatesIn({ A: 'witnessed reached first', B: 'witnessed', C: 'evident' });
      expect(
        explanationOf([...named.values()], {
          ...dump,
          areCpusKnown: true,
          isEveryCpuAccountedFor: true,
        }),
      ).to.equal(
        'phys_base is 0x1000000; the KASLR offset is not proved; the memory also holds stale kernel at phys_base 0x2000000',
      );
    });

    it('a crashed kernel and its capture kernel, the crashed one first', () => {
      const named = candidatesIn({
        A: 'witnessed reached said=capture at=15',
        B: 'witnessed keeps=10-20 at=5 said=crashed',
      });
      expect(explanationOf([...named.values()])).to.equal(
        'crashed kernel: phys_base is 0x2000000, the KASLR offset is not proved; ' +
          'capture kernel: phys_base is 0x1000000, the KASLR offset is not proved; the capture one is chosen',
      );
    });

    it('that nothing supports a kernel which the user means', () => {
      const named = candidatesIn({ A: 'witnessed reached', B: 'meant' });
      const nothing = 'nothing in the dump supports the given kernel at phys_base 0x2000000';
      expect(explanationOf([...named.values()])).to.equal(
        `phys_base is 0x1000000; the KASLR offset is not proved; ${nothing}`,
      );
      expect(explanationOf([factsIn('meant', 0x2000000)])).to.equal(
        `no kernel was found in this memory; ${nothing}`,
      );
    });

    it('that the machine was in its firmware', () => {
      expect(explanationOf([factsIn('witnessed', 0x1000000)], dumpIn('firmware'))).to.equal(
        'phys_base is 0x1000000; the KASLR offset is not proved; the machine was in its firmware',
      );
    });

    it('a kernel without phys_base by its image offset and its text', () => {
      const one = {
        ...factsIn('witnessed reached'),
        imageOffset: 0x10n,
        claim: claimIn('p=0x1000'),
      };
      const other = { ...factsIn('witnessed'), imageOffset: 0x10n, claim: claimIn('p=0x2000') };
      expect(explanationOf([one, other], { ...dump, layout: null })).to.equal(
        'the image offset is 0x10, with its text at 0x1000; the KASLR offset is not proved; ' +
          'the memory also holds unknown kernel at the image offset 0x10, with its text at 0x2000',
      );
    });

    it('which witnessed kernels nothing decides between', () => {
      const named = candidatesIn({ A: 'witnessed', B: 'witnessed', C: 'evident' });
      expect(explanationOf([...named.values()])).to.equal(
        'several kernels are witnessed and nothing selects one: phys_base 0x1000000 or 0x2000000',
      );
    });

    it('that a CPU runs what no witness recognises', () => {
      const named = candidatesIn({ A: 'witnessed', B: 'run' });
      expect(explanationOf([...named.values()])).to.equal(
        'no witness recognises the kernel that a CPU runs, and no CPU reaches what is witnessed: ' +
          'phys_base 0x2000000 or 0x1000000',
      );
    });
  });

  describe('locates a kernel', () => {
    const locatedOf = (
      cell: string,
      claim: string,
      facts: Partial<WeighedDump> = {},
    ): ReturnType<typeof weigh>['kernel'] =>
      weigh(searchOf({ candidates: [{ ...factsIn(cell, 0x1000000), claim: claimIn(claim) }] }), {
        ...dump,
        ...facts,
      }).kernel;

    it('by all that is proved of it', () => {
      const root = claimIn('t=0x2000').root ?? null;
      const found = {
        ...factsIn('witnessed named said=crashed', 0x1000000),
        root,
        pagingLevels: 4,
        claim: claimIn(
          'k=3 v=0xffffffff81000000 p=5 m=0xffff888000000000 r=6.1 l=banner i=ab e=big',
        ),
      };
      expect(weigh(searchOf({ candidates: [found] }), dump).kernel).to.deep.equal({
        imageOffset: windowStart - 0x1000000n,
        physBase: 0x1000000,
        numbers: {},
        kaslrOffset: 3,
        textVirtualAddress: 0xffffffff81000000n,
        textPhysicalAddress: 5,
        linearMapOffset: 0xffff888000000000n,
        root,
        pagingLevels: 4,
        byteOrder: 'big',
        wordSizeInBits: 64,
        release: '6.1',
        banner: 'banner',
        buildId: 'ab',
        role: 'crashed',
      });
    });

    it('with null for what is not proved, and the byte order and word size of the dump', () => {
      expect(
        locatedOf('witnessed', '', { byteOrder: 'big', wordSizeInBits: 32, layout: null }),
      ).to.deep.equal({
        imageOffset: windowStart - 0x1000000n,
        physBase: null,
        numbers: {},
        kaslrOffset: null,
        textVirtualAddress: null,
        textPhysicalAddress: null,
        linearMapOffset: null,
        root: null,
        pagingLevels: null,
        byteOrder: 'big',
        wordSizeInBits: 32,
        release: null,
        banner: null,
        buildId: null,
        role: 'unknown',
      });
    });

    it('with its KASLR offset where that is 0', () => {
      expect(locatedOf('witnessed', 'k=0 p=0')).to.include({
        kaslrOffset: 0,
        textPhysicalAddress: 0,
      });
    });

    it('with the physical place of the text by its virtual address, if witnessed', () => {
      expect(locatedOf('witnessed', 'v=0xffffffff81000000')?.textPhysicalAddress).to.equal(
        0x2000000,
      );
      expect(locatedOf('probable', 'v=0xffffffff81000000')?.textPhysicalAddress).to.equal(null);
    });

    it("with the numbers of its architecture's tools", () => {
      const layout = {
        ...x8664Layout,
        numbersOf: ({ imageOffset, linearMapOffset, root }: KernelPlace) => ({
          kimage_voffset: imageOffset,
          phys_offset: linearMapOffset ?? -1n,
          bits: root === null ? 0n : 48n,
        }),
      };
      expect(locatedOf('witnessed', 'm=0x1000', { layout })?.numbers).to.deep.equal({
        kimage_voffset: windowStart - 0x1000000n,
        phys_offset: 0x1000n,
        bits: 0n,
      });
    });

    it('of each candidate, with what was found of it', () => {
      const [evidence, against] = [[rowBecause('for')], [rowBecause('against')]];
      const found = {
        ...factsIn('witnessed probable reached named'),
        evidence,
        contradictions: against,
      };
      const [candidate, other] = weigh(
        searchOf({ candidates: [found, factsIn('unwitnessed', 1)] }),
        dump,
      ).candidates;
      expect(candidate).to.deep.include({
        confidence: 'probable',
        isReachedByCpu: true,
        isNamedByFile: true,
        isWitnessed: true,
        evidence,
        contradictions: against,
      });
      expect(candidate?.kernel).to.deep.include({ physBase: 0, role: 'running' });
      expect(other).to.deep.include({
        confidence: 'none',
        isReachedByCpu: false,
        isNamedByFile: false,
        isWitnessed: false,
      });
    });
  });

  describe('reports', () => {
    const because = (rows: readonly { readonly because: string }[]): string[] =>
      rows.map((row) => row.because);
    const told = (cell: string, name: string): JudgedSearch['candidates'][number] => ({
      ...factsIn(cell),
      evidence: [rowBecause(`for ${name}`)],
      contradictions: [rowBecause(`against ${name}`)],
      dissent: [rowBecause(`dissent on ${name}`)],
    });
    const contradictions = [rowBecause('seen by a heuristic')];

    it('as contradictions what speaks against the chosen kernel, and for those not seen', () => {
      const candidates = [
        told('evident', 'A'),
        told('witnessed named', 'B'),
        told('witnessed', 'C'),
      ];
      expect(
        because(weigh(searchOf({ candidates, contradictions }), dump).contradictions),
      ).to.deep.equal(['against B', 'dissent on B', 'for A', 'seen by a heuristic']);
    });

    it('as contradictions only what heuristics saw where no kernel is chosen', () => {
      const verdict = weigh(searchOf({ candidates: [told('evident', 'A')], contradictions }), dump);
      expect(because(verdict.contradictions)).to.deep.equal(['seen by a heuristic']);
    });

    it('as evidence what speaks for all candidates, and what has no place', () => {
      const candidates = [told('evident', 'A'), told('witnessed', 'B')];
      const verdict = weigh(searchOf({ candidates, unplaced: [rowBecause('no place')] }), dump);
      expect(because(verdict.evidence)).to.deep.equal(['for A', 'for B', 'no place']);
    });

    it('that a claim of the user’s names no kernel, and which number does', () => {
      const said = (layout: WeighedDump['layout']): string =>
        weigh(searchOf({ unplaced: [{ ...rowBecause('given'), by: 'told' }] }), { ...dump, layout })
          .explanation;
      const why = 'what was given names no kernel of this machine';
      expect(said(x8664Layout)).to.include(`${why}: its phys_base does`);
      expect(said(arm64Layout)).to.include(`${why}: its image offset does`);
      expect(said(ppc64Layout)).to.include(`${why}: the physical address of its text does`);
      expect(said(null)).not.to.include(why);
    });

    it('remarks, what did not run, and the origin as they are', () => {
      const remarks = [
        { by: 'test', finding: { kind: 'remark' as const, because: 'seen', at: [] } },
      ];
      const notRun = [{ name: 'test', because: 'skipped' }];
      const origin = {
        kind: 'origin' as const,
        axis: 'writtenBy' as const,
        who: 'qemu',
        score: 100,
        because: 'name',
        at: [],
      };
      const verdict = weigh(
        searchOf({ remarks, notRun, originFindings: [{ by: 'test', finding: origin }] }),
        dump,
      );
      expect(verdict).to.deep.include({ remarks, notRun });
      expect(verdict.origin).to.deep.include({ writtenBy: 'qemu', capturedBy: 'unknown' });
    });
  });

  describe('counts a symbol file', () => {
    const refusedOf = (
      ...files: readonly (readonly [cell: string, from: string, refused: string | null])[]
    ): unknown =>
      weigh(
        searchOf({
          candidates: files.map(([cell, from, refused]) => ({
            ...factsIn(cell),
            symbolFiles: [{ from, refused }],
          })),
        }),
        dump,
      ).refusedSymbols;

    it('as refused where a witnessed kernel differs from it', () => {
      expect(refusedOf(['witnessed', 'map', 'differs'])).to.deep.equal([
        { file: 'map', because: 'differs' },
      ]);
    });

    it('as refused no more than once', () => {
      expect(refusedOf(['witnessed', 'map', 'one'], ['witnessed', 'map', 'two'])).to.deep.equal([
        { file: 'map', because: 'two' },
      ]);
    });

    it('as taken where one witnessed kernel agrees with it, in whatever order', () => {
      expect(refusedOf(['witnessed', 'map', 'differs'], ['witnessed', 'map', null])).to.deep.equal(
        [],
      );
      expect(refusedOf(['witnessed', 'map', null], ['witnessed', 'map', 'differs'])).to.deep.equal(
        [],
      );
    });

    it('as not compared where no witness sees the kernel', () => {
      expect(refusedOf(['evident', 'map', 'differs'])).to.deep.equal([]);
    });

    it('as refused beside another that is taken', () => {
      expect(
        refusedOf(['witnessed', 'map', 'differs'], ['witnessed', 'other', null]),
      ).to.deep.equal([{ file: 'map', because: 'differs' }]);
    });
  });

  const flag = fc.boolean();
  const candidate = fc
    .record({
      confidence: fc.constantFrom('none', 'probable', 'certain'),
      isWitnessed: flag,
      isReachedByCpu: flag,
      isNamedByFile: flag,
      isEvident: flag,
      isInVmcoreInfo: flag,
      isRunByCpu: flag,
      hasReserve: flag,
      isInReserve: flag,
      physBase: fc.nat(3),
    })
    .map(({ hasReserve, isInReserve, physBase, ...facts }) => ({
      ...factsIn(`at=${isInReserve ? 15 : 5}${hasReserve ? ' keeps=10-20' : ''}`, physBase),
      ...facts,
      // As confidenceOf has it: what is witnessed is probable at least, and nothing else is
      // certain.
      confidence: facts.isWitnessed
        ? facts.confidence === 'certain'
          ? ('certain' as const)
          : ('probable' as const)
        : facts.confidence === 'certain'
          ? ('probable' as const)
          : facts.confidence,
    }));
  const search = fc
    .record({
      candidates: fc.array(candidate, { maxLength: 4 }),
      hasTimedOut: flag,
      hasReachedPageLimit: flag,
      isSearchCutShort: flag,
      isCpuAstray: flag,
      hasWrongSymbols: flag,
    })
    .map(searchOf);
  const anyDump = fc
    .record({
      areCpusKnown: flag,
      isMemoryMissing: flag,
      isTranslated: flag,
      isPlaced: flag,
      sourceFailure: fc.option(fc.constant('vmcore: input/output error')),
    })
    .map(
      ({ isPlaced, ...facts }): WeighedDump => ({
        ...dump,
        ...facts,
        layout: isPlaced ? x8664Layout : null,
      }),
    );

  it('gives a kernel or a reason, never both and never neither', () => {
    fc.assert(
      fc.property(search, anyDump, (found, facts) => {
        const { kernel, reason, confidence } = weigh(found, facts);
        expect(kernel === null).to.equal(reason !== null);
        expect(kernel === null).to.equal(confidence === 'none' || confidence === 'ambiguous');
        expect(reason === 'ambiguous').to.equal(confidence === 'ambiguous');
      }),
    );
  });

  it('is never surer of a verdict than of the kernel in it', () => {
    fc.assert(
      fc.property(search, anyDump, (found, facts) => {
        const { kernel, confidence } = weigh(found, facts);
        const chosen = found.candidates.filter(
          ({ imageOffset, isWitnessed, confidence: own }) =>
            imageOffset === kernel?.imageOffset && isWitnessed && own === 'certain',
        );
        expect(confidence !== 'certain' || chosen.length > 0).to.equal(true);
      }),
    );
  });

  it('is certain of no kernel that nothing selects if anything speaks for another', () => {
    fc.assert(
      fc.property(search, anyDump, (found, facts) => {
        const nothing = { isReachedByCpu: false, isNamedByFile: false, isRunByCpu: false };
        const candidates = found.candidates.map((one) => ({ ...one, ...nothing }));
        const isLikely = candidates.some(
          (one) => !one.isWitnessed && (one.isEvident || one.isInVmcoreInfo),
        );
        const isDoubtful =
          found.isSearchCutShort || facts.areCpusKnown || facts.isMemoryMissing || isLikely;
        if (!isDoubtful) {
          return;
        }
        expect(weigh({ ...found, candidates }, facts).confidence).not.to.equal('certain');
      }),
    );
  });

  it('comes to the same verdict in whatever order kernels are found', () => {
    fc.assert(
      fc.property(search, anyDump, (found, facts) => {
        const { kernel, confidence, reason } = weigh(found, facts);
        const other = weigh({ ...found, candidates: found.candidates.toReversed() }, facts);
        expect({
          kernel: other.kernel,
          confidence: other.confidence,
          reason: other.reason,
        }).to.deep.equal({
          kernel,
          confidence,
          reason,
        });
      }),
    );
  });
});
