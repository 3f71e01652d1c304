import {
  BasePhysicalMemory,
  type CandidateFinding,
  type Damage,
  type Dump,
  definePlugin,
  type Finding,
  type Heuristic,
  imageOf,
  type KernelClaim,
  type PageState,
  type Progress,
  type StepGuard,
  type SymbolCarver,
  type Testimony,
  type TranslationRoot,
  type Verdict,
  VmcorekitError,
  type Witness,
} from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { x8664Layout } from '@vmcorekit/linux';
import { interruptingGuard } from '@vmcorekit/node';
import { symbolList, withGrowingLimits } from '@vmcorekit/testing';
import { expect } from 'chai';
import { withOwnClock } from '../own-clock.ts';

const windowStart = 0xffffffff80000000n;

class NoMemory extends BasePhysicalMemory {
  readonly pageSizeInBytes = 4096;
  readonly byteOrder = 'little';
  readonly ranges = [];
  get pagesRead(): number {
    return 0;
  }
  pageState(): PageState {
    return 'absent';
  }
  withView(): never {
    throw new Error('no memory here');
  }
  storedRuns(): [] {
    return [];
  }
}

/** As many pages were read as the test says. */
class CountedMemory extends NoMemory {
  readonly #read: { readonly count: number };

  constructor(read: { readonly count: number }) {
    super();
    this.#read = read;
  }

  override get pagesRead(): number {
    return this.#read.count;
  }
}

/** A dump whose page tables are played: each root maps the image window by its own phys_base. */
function dumpOf(physBaseOfRoot: Record<number, number>, cpuRoots: readonly number[] = []): Dump {
  return {
    files: ['test'],
    filesBeside: [],
    container: null,
    containers: [],
    containerHeader: new Map(),
    damage: [],
    vmcoreinfo: null,
    sourceFailure: null,
    statistics: { bytesRead: 0, pagesRead: 0 },
    image: imageOf({ format: 'test', architecture: 'x86_64', memory: new NoMemory() }),
    cpus: cpuRoots.map((root, index) => ({
      index,
      pid: null,
      registers: new Map([['cr3', BigInt(root)]]),
      from: ['qemu'],
    })),
    architecture: {
      name: 'x86_64',
      machines: { elf: [], utsname: [] },
      wordSizeInBits: 64,
      pageSizesInBytes: [4096],
      mmu: {
        translate: (_memory, _root, virtualAddress) => {
          throw new VmcorekitError('not-mapped', {
            virtualAddress,
            because: 'no translation is played',
          });
        },
        *mappedRuns(_memory, root) {
          const physBase = physBaseOfRoot[root.tableAddress ?? 0];
          if (physBase !== undefined) {
            yield {
              virtualAddress: windowStart + 0x1000000n,
              physicalAddress: physBase + 0x1000000,
              lengthInBytes: 0x200000,
              isWritable: false,
              isExecutable: true,
            };
          }
        },
        rootOf: (registers) => rootAt(Number(registers.get('cr3'))),
        rootsAt: (tableAddress) => [rootAt(tableAddress)],
      },
    },
    layout: x8664Layout,
    [Symbol.dispose]() {},
  };
}

function rootAt(tableAddress: number): TranslationRoot {
  return {
    key: String(tableAddress),
    summary: `tables at ${tableAddress}`,
    basePageSizeInBytes: 4096,
    tableAddress,
    levels: 4,
  };
}

function candidate(claim: KernelClaim, more: Partial<CandidateFinding> = {}): CandidateFinding {
  return {
    kind: 'candidate',
    evidence: 'paging',
    strength: 'strong',
    claim,
    because: 'the test says so',
    at: [],
    ...more,
  };
}

function heuristic(
  name: string,
  run: () => Generator<Finding | Progress, void, void>,
  more: Partial<Heuristic> = {},
): Heuristic {
  return {
    name,
    summary: name,
    needs: [],
    cost: 'pages',
    yields: ['physBase'],
    looksAt: 'nothing',
    architectures: 'any',
    options: {},
    run,
    ...more,
  };
}

function yielding(
  name: string,
  findings: readonly Finding[],
  more: Partial<Heuristic> = {},
): Heuristic {
  return heuristic(
    name,
    function* () {
      yield* findings;
    },
    more,
  );
}

/** Speaks for every candidate that has page tables, except those it must deny. */
function witness(denied: readonly number[] = [], claim: KernelClaim = {}): Witness {
  return {
    name: 'played-witness',
    summary: 'played',
    architectures: 'any',
    *testify(_context, seen): Generator<Testimony, void, void> {
      if (seen.kernel !== null) {
        yield {
          stance: denied.includes(seen.claim.physBase ?? 0) ? 'against' : 'for',
          evidence: 'symbols',
          strength: 'strong',
          isThroughPageTables: true,
          claim,
          because: 'the test says so',
          at: [],
        };
      }
    },
  };
}

function search(
  dump: Dump,
  heuristics: Heuristic[],
  witnesses: Witness[] = [witness()],
  options = {},
): Promise<Verdict> {
  return createToolkit([definePlugin({ name: 'test', heuristics, witnesses })]).locate(
    dump,
    options,
  );
}

function dumpThatLoses(dump: Dump, loses: Damage['loses']): Dump {
  return { ...dump, damage: [{ name: 'damaged', loses, detail: 'half of it', fileOffset: 0 }] };
}

describe('locate', () => {
  it('is certain of a candidate with two kinds of evidence, one through its tables', async () => {
    const verdict = await search(dumpOf({ 4096: 0x600000 }, [0x1000]), [
      yielding('walk', [candidate({ physBase: 0x600000 }, { reachedByCpu: true })]),
    ]);
    expect(verdict.confidence).to.equal('certain');
    expect(verdict.kernel).to.include({ physBase: 0x600000, kaslrOffset: null, role: 'running' });
    expect(verdict.kernel?.root?.tableAddress).to.equal(0x1000);
  });

  it('says none, not a guess, when no witness can see through a candidate', async () => {
    const verdict = await search(dumpOf({}), [
      yielding('scan', [candidate({ physBase: 0x600000 })]),
    ]);
    expect(verdict).to.include({
      kernel: null,
      confidence: 'none',
      reason: 'insufficient-evidence',
    });
    expect(verdict.candidates).to.have.length(1);
  });

  it('does not believe a candidate that a witness denies, and shows why', async () => {
    const verdict = await search(
      dumpOf({ 4096: 0x600000, 8192: 0 }),
      [
        yielding('header', [
          candidate({ physBase: 0, root: rootAt(0x2000) }, { evidence: 'header' }),
        ]),
        yielding('walk', [candidate({ physBase: 0x600000, root: rootAt(0x1000) })]),
      ],
      [witness([0])],
      { all: true },
    );
    expect(verdict.kernel?.physBase).to.equal(0x600000);
    expect(verdict.contradictions.map((row) => row.claim.physBase)).to.include(0);
  });

  it('is ambiguous when two kernels are witnessed and nothing selects one', async () => {
    const verdict = await search(
      dumpOf({ 4096: 0x600000, 8192: 0x800000 }),
      [
        yielding('scan', [
          candidate({ physBase: 0x600000, root: rootAt(0x1000) }),
          candidate({ physBase: 0x800000, root: rootAt(0x2000) }),
        ]),
      ],
      [witness()],
      { all: true },
    );
    expect(verdict).to.include({ kernel: null, confidence: 'ambiguous', reason: 'ambiguous' });
    expect(verdict.explanation).to.contain('0x600000').and.to.contain('0x800000');
  });

  it('prefers the kernel that a CPU reaches, and knows no role without symbols', async () => {
    const verdict = await search(
      dumpOf({ 4096: 0x600000, 8192: 0x800000 }, [0x2000]),
      [
        yielding('scan', [candidate({ physBase: 0x600000, root: rootAt(0x1000) })]),
        yielding('walk', [
          candidate({ physBase: 0x800000, root: rootAt(0x2000) }, { reachedByCpu: true }),
        ]),
      ],
      [witness()],
      { all: true },
    );
    expect(verdict.kernel?.physBase).to.equal(0x800000);
    expect(verdict.candidates.map((each) => each.kernel.role)).to.deep.equal([
      'unknown',
      'unknown',
    ]);
  });

  it('is not certain of the one kernel left where known CPUs lead to none', async () => {
    const kinds = ['paging', 'vmcoreinfo'] as const;
    const verdict = await search(dumpOf({ 4096: 0x600000 }, [0x2000]), [
      yielding(
        'tables',
        kinds.map((evidence) =>
          candidate({ physBase: 0x600000, root: rootAt(0x1000) }, { evidence }),
        ),
        { cost: 'scan', isExhaustive: true },
      ),
      yielding('late', [], { cost: 'scan' }),
    ]);
    expect(verdict.candidates[0]).to.deep.include({ confidence: 'certain', isReachedByCpu: false });
    expect([verdict.confidence, verdict.kernel?.role]).to.deep.equal(['probable', 'stale']);
    expect(verdict.explanation).to.contain("no CPU's page tables lead to this kernel");
    expect(verdict.notRun).to.deep.equal([]);
  });

  it('is not certain of a kernel with a crash reserve where a CPU leads to no kernel', async () => {
    const walked = (physBase: number) =>
      yielding('walk', [candidate({ physBase, root: rootAt(0x1000) }, { reachedByCpu: true })]);
    const keeper: Witness = {
      ...witness(),
      name: 'keeper',
      *testify(context, seen) {
        for (const step of witness().testify(context, seen)) {
          yield 'kind' in step
            ? step
            : { ...step, strength: 'hint', captureReserve: { start: 0x8000000, end: 0x9000000 } };
        }
      },
    };
    const lost = await search(
      dumpOf({ 4096: 0x600000 }, [0x1000, 0x2000]),
      [walked(0x600000)],
      [witness(), keeper],
    );
    expect(lost.confidence).to.equal('probable');
    expect(lost.explanation).to.contain("a CPU's page tables lead to no kernel");
    const whole = await search(
      dumpOf({ 4096: 0x600000 }, [0x1000]),
      [walked(0x600000)],
      [witness(), keeper],
    );
    expect(whole.confidence).to.equal('certain');
  });

  it('is not certain of an unselected kernel with memory lost or another kernel’s sign', async () => {
    const found = (['paging', 'symbols'] as const).map((evidence) =>
      candidate({ physBase: 0x600000, root: rootAt(0x1000) }, { evidence }),
    );
    const sign = candidate({ physBase: 0x800000 }, { evidence: 'vmcoreinfo', strength: 'hint' });
    const whole = dumpOf({ 4096: 0x600000 });
    const cut = dumpThatLoses(whole, 'page');
    const searched = (dump: Dump, findings: readonly Finding[]) =>
      search(dump, [yielding('scan', findings, { cost: 'scan' })]);
    expect((await searched(whole, found)).confidence).to.equal('certain');
    const lost = await searched(cut, found);
    expect([
      lost.confidence,
      lost.explanation.includes('some of the memory is lost'),
    ]).to.deep.equal(['probable', true]);
    const signed = await searched(whole, [...found, sign]);
    expect([
      signed.confidence,
      signed.explanation.includes('signs of another kernel'),
    ]).to.deep.equal(['probable', true]);
    const named = found.map((each) => ({ ...each, namedByFile: true }));
    expect((await searched(cut, named)).confidence).to.equal('certain');
  });

  for (const [loses, confidence] of [
    ['nothing', 'certain'],
    ['notes', 'certain'],
    ['page', 'probable'],
    ['memory', 'probable'],
  ] as const) {
    it(`is ${confidence} of a kernel that nothing selects where damage loses ${loses}`, async () => {
      const found = (['paging', 'symbols'] as const).map((evidence) =>
        candidate({ physBase: 0x600000, root: rootAt(0x1000) }, { evidence }),
      );
      const dump = dumpThatLoses(dumpOf({ 4096: 0x600000 }), loses);
      expect((await search(dump, [yielding('scan', found, { cost: 'scan' })])).confidence).to.equal(
        confidence,
      );
    });
  }

  it('is not certain of one kernel where a CPU runs another that no witness recognises', async () => {
    const walk = [
      candidate({ physBase: 0x600000, root: rootAt(0x1000) }, { reachedByCpu: true }),
      candidate({ physBase: 0x800000, root: rootAt(0x2000) }, { reachedByCpu: true }),
    ];
    const dump = dumpOf({ 4096: 0x600000, 8192: 0x800000 }, [0x1000, 0x2000]);
    const verdict = await search(dump, [yielding('walk', walk)], [witness([0x800000])]);
    expect([verdict.kernel?.physBase, verdict.confidence]).to.deep.equal([0x600000, 'probable']);
    expect(verdict.explanation).to.contain('another kernel, which no witness recognises');
  });

  it('claims no text from a first mapping that implies another KASLR offset', async () => {
    const assumes = { kaslrOffset: 'the usual link address' };
    const walked = {
      physBase: 0x600000,
      kaslrOffset: 0x1200000,
      textVirtualAddress: windowStart + 0x1200000n,
    };
    const note = candidate(
      { physBase: 0x600000, kaslrOffset: 0x1000000 },
      { evidence: 'vmcoreinfo', namedByFile: true },
    );
    const verdict = await search(
      dumpOf({ 4096: 0x600000 }, [0x1000]),
      [
        yielding('walk', [candidate(walked, { assumes, reachedByCpu: true })]),
        yielding('note', [note]),
      ],
      [witness()],
      { all: true },
    );
    expect([verdict.kernel?.kaslrOffset, verdict.kernel?.textVirtualAddress]).to.deep.equal([
      null,
      null,
    ]);
  });

  it('calls a kernel running that a CPU maps, whichever heuristic found it', async () => {
    const verdict = await search(dumpOf({ 4096: 0x600000, 8192: 0x600000 }, [0x2000]), [
      yielding('scan', [candidate({ physBase: 0x600000, root: rootAt(0x1000) })]),
    ]);
    expect(verdict.candidates.map((each) => [each.kernel.role, each.isReachedByCpu])).to.deep.equal(
      [['running', true]],
    );
  });

  it('does not stop at an unselected certain kernel before an exhaustive search', async () => {
    const dump = dumpOf({ 4096: 0x600000, 8192: 0x800000 });
    const verdict = await search(dump, [
      yielding('carve', [candidate({ physBase: 0x600000, root: rootAt(0x1000) })]),
      yielding('late', [], { cost: 'scan' }),
      yielding(
        'tables',
        [
          candidate({ physBase: 0x600000, root: rootAt(0x1000) }),
          candidate({ physBase: 0x800000, root: rootAt(0x2000) }),
        ],
        { cost: 'scan', isExhaustive: true },
      ),
    ]);
    expect(verdict.confidence).to.equal('ambiguous');
    expect(verdict.notRun).to.deep.equal([
      { name: 'late', because: 'the answer was certain without it' },
    ]);
  });

  it('scans on past an unselected certain kernel to the one that a CPU runs', async () => {
    const found = [
      candidate({ physBase: 0x600000, root: rootAt(0x1000) }),
      candidate({ physBase: 0x800000, root: rootAt(0x2000) }),
      candidate({ physBase: 0xa00000, root: rootAt(0x3000) }),
    ].map((each) => [each, { ...each, evidence: 'vmcoreinfo' } as const]);
    const verdict = await search(
      dumpOf({ 4096: 0x600000, 8192: 0x800000, 12288: 0xa00000 }, [0x2000]),
      [yielding('scan', found.flat(), { cost: 'scan' })],
    );
    expect(verdict.kernel?.physBase).to.equal(0x800000);
    expect(verdict.candidates.map((each) => each.isReachedByCpu)).to.deep.equal([false, true]);
  });

  it('leaves a field null that rests on an assumption', async () => {
    const verdict = await search(dumpOf({ 4096: 0x600000 }, [0x1000]), [
      yielding('walk', [
        candidate(
          {
            physBase: 0x600000,
            kaslrOffset: 0x1000000,
            textVirtualAddress: windowStart + 0x2000000n,
          },
          { reachedByCpu: true, assumes: { kaslrOffset: 'the usual link address' } },
        ),
      ]),
    ]);
    expect(verdict.kernel?.kaslrOffset).to.equal(null);
    expect(verdict.kernel?.textVirtualAddress).to.equal(windowStart + 0x2000000n);
  });

  it('leaves a field null that equally good evidence disputes', async () => {
    const verdict = await search(
      dumpOf({ 4096: 0x600000 }, [0x1000]),
      [
        yielding('one', [
          candidate({ physBase: 0x600000, kaslrOffset: 0x1000000 }, { reachedByCpu: true }),
        ]),
        yielding('two', [candidate({ physBase: 0x600000, kaslrOffset: 0x3000000 })]),
      ],
      [witness()],
      { all: true },
    );
    expect(verdict.kernel?.kaslrOffset).to.equal(null);
  });

  it('prefers a witness with a second kind of evidence, and shows what it overrules', async () => {
    const verdict = await search(
      dumpOf({ 4096: 0x600000 }, [0x1000]),
      [
        yielding('decoy', [
          candidate(
            { physBase: 0x600000, kaslrOffset: 0x3000000 },
            { evidence: 'vmcoreinfo', reachedByCpu: true },
          ),
        ]),
        yielding('walk', [
          candidate(
            { physBase: 0x600000, kaslrOffset: 0x1000000 },
            { assumes: { kaslrOffset: 'the usual link address' }, reachedByCpu: true },
          ),
        ]),
      ],
      [witness([], { kaslrOffset: 0x1000000 })],
      { all: true },
    );
    expect(verdict.kernel?.kaslrOffset).to.equal(0x1000000);
    expect(verdict.contradictions.map(({ by, claim }) => [by, claim])).to.deep.equal([
      ['decoy', { kaslrOffset: 0x3000000 }],
    ]);
  });

  it('leaves null, and shows, what one witness says against all others', async () => {
    for (const field of ['release', 'buildId'] as const) {
      const verdict = await search(
        dumpOf({ 4096: 0x600000 }, [0x1000]),
        [
          yielding('note', [
            candidate(
              { physBase: 0x600000, [field]: '6.1' },
              { evidence: 'vmcoreinfo', reachedByCpu: true },
            ),
          ]),
        ],
        [witness([], { [field]: '6.2' })],
      );
      expect(verdict.kernel?.[field]).to.equal(null);
      expect(verdict.contradictions.map(({ by, claim }) => [by, claim])).to.deep.equal([
        ['note', { [field]: '6.1' }],
        ['played-witness', { [field]: '6.2' }],
      ]);
    }
  });

  it('leaves null what one witness says where even an assumption speaks against it', async () => {
    const assumes = { kaslrOffset: 'the usual link address' };
    const walked = candidate(
      { physBase: 0x600000, kaslrOffset: 0x1000000 },
      { assumes, reachedByCpu: true },
    );
    const verdict = await search(
      dumpOf({ 4096: 0x600000 }, [0x1000]),
      [yielding('walk', [walked])],
      [witness([], { kaslrOffset: 0x3000000 })],
    );
    expect(verdict.kernel?.kaslrOffset).to.equal(null);
    expect(verdict.contradictions.map(({ because }) => because)).to.include(
      'the test says so; if the usual link address',
    );
  });

  it('names a heuristic that throws, and goes on', async () => {
    const verdict = await search(dumpOf({ 4096: 0x600000 }, [0x1000]), [
      heuristic('faulty', function* () {
        yield* [];
        throw new TypeError('cannot');
      }),
      yielding('walk', [candidate({ physBase: 0x600000 }, { reachedByCpu: true })]),
    ]);
    const [faulty] = verdict.notRun;
    expect(faulty).to.include({ name: 'faulty', because: 'TypeError: cannot' });
    expect(faulty?.stack).to.contain('locate.test');
    expect(verdict.confidence).to.equal('certain');
  });

  it('cuts a search at the same page on every machine, and says so', async () => {
    const read = { count: 0 };
    const reading = (name: string): Heuristic =>
      heuristic(name, function* () {
        for (; ; read.count++) {
          yield { kind: 'progress', doing: 'reading', fraction: null };
        }
      });
    const dump = dumpOf({ 4096: 0x600000 });
    const memory = new CountedMemory(read);
    const counted = { ...dump, image: { ...dump.image, memory } };
    const verdict = await search(
      counted,
      [reading('first'), reading('second'), reading('third')],
      [witness()],
      { pageLimit: 3 },
    );
    const cut = 'was cut at the page limit of the search';
    expect(read.count).to.equal(3);
    expect(verdict.notRun).to.deep.equal([
      { name: 'first', because: cut },
      { name: 'second', because: cut },
      { name: 'third', because: 'the page limit was reached before it' },
    ]);
    expect([verdict.reason, verdict.explanation]).to.deep.equal([
      'page-limit',
      'the search reached its page limit before it found a kernel',
    ]);
  });

  it('begins no search through a remote dump that may not be fetched whole', async () => {
    const transfer = { requests: 3, bytesFetched: 5, filesInBytes: 5_000, leftInBytes: 4_999 };
    const dump = dumpOf({ 4096: 0x600000 });
    const remote = (leftInBytes: number): Dump => ({
      ...dump,
      statistics: { ...dump.statistics, transfer: { ...transfer, leftInBytes } },
    });
    const scan = { ...yielding('scan', []), cost: 'scan' as const };
    const verdict = await search(remote(4_999), [yielding('walk', []), scan]);
    expect(verdict.notRun).to.deep.equal([
      {
        name: 'scan',
        because: 'it would fetch up to 4.9 KiB, and 4.9 KiB are left (--max-transfer)',
      },
    ]);
    expect([verdict.reason, verdict.explanation]).to.deep.equal([
      'transfer-limit',
      'a search would have to fetch more over the network than it may',
    ]);
    expect((await search(remote(5_000), [scan])).reason).to.equal('no-kernel');
  });

  it('counts a witness as cut that may not search a remote dump', async () => {
    const walk = yielding('walk', [candidate({ physBase: 0x600000 }, { reachedByCpu: true })]);
    const searching: Witness = {
      ...witness(),
      name: 'searching',
      // biome-ignore lint/correctness/useYield: it fails at once
      *testify() {
        throw new VmcorekitError('transfer-limit', { file: 'dump', limitInBytes: 4096 });
      },
    };
    const judged = async (...witnesses: Witness[]): Promise<Verdict> =>
      await search(dumpOf({ 4096: 0x600000 }, [0x1000]), [walk], witnesses);
    const whole = await judged(witness());
    const cut = await judged(witness(), searching);
    expect([whole.confidence, cut.confidence]).to.deep.equal(['certain', 'certain']);
    expect([whole.kernel?.role, cut.kernel?.role]).to.deep.equal(['running', 'unknown']);
    const because = 'dump: more than 4 KiB would have to be fetched, the limit (--max-transfer)';
    expect(cut.notRun).to.deep.equal([{ name: 'searching', because }]);
  });

  it('says who left a heuristic out', async () => {
    const walk = yielding('walk', [candidate({ physBase: 0x600000 }, { reachedByCpu: true })]);
    const options = { only: ['walk'], onlyBecause: "the rule 'farm' leaves it out" };
    const { notRun } = await search(
      dumpOf({ 4096: 0x600000 }, [0x1000]),
      [walk, yielding('other', [])],
      [witness()],
      options,
    );
    expect(notRun).to.deep.equal([{ name: 'other', because: "the rule 'farm' leaves it out" }]);
  });

  it('names a heuristic that yields nonsense', async () => {
    const verdict = await search(dumpOf({}), [
      yielding('faulty', [candidate({ physBase: Number.NaN })]),
    ]);
    expect(verdict.notRun).to.deep.equal([
      { name: 'faulty', because: 'yielded a claim with physBase NaN', isFault: true },
    ]);
    expect(verdict.candidates).to.deep.equal([]);
  });

  const throwing = {
    get because(): string {
      throw new Error('not to be looked at');
    },
  };
  for (const [what, changes, because] of [
    [
      'a place that is none',
      { at: [null as never] },
      'yielded a finding without at, which is a list of places ([] for none)',
    ],
    [
      'no sentence',
      { because: undefined as never },
      'yielded a finding without because, which is a sentence',
    ],
    ['evidence of no kind', { evidence: 'zzz' as never }, 'yielded evidence of the kind zzz'],
    [
      'evidence of no strength',
      { strength: 'zzz' as never },
      'yielded evidence of the strength zzz',
    ],
    ['a role there is not', { role: 'zzz' as never }, 'yielded the role zzz'],
    [
      'an assumption without a text',
      { assumes: { kaslrOffset: 5 as never } },
      'yielded assumptions without a text',
    ],
    ['a function', { assumes: (() => 1) as never }, 'yielded what is no plain data'],
  ] as const) {
    it(`counts a finding with ${what} against who yields it`, async () => {
      const found = candidate({ physBase: 0x600000 }, changes);
      const verdict = await search(dumpOf({ 4096: 0x600000 }, [0x1000]), [
        yielding('faulty', [found]),
      ]);
      expect(verdict.notRun).to.deep.equal([{ name: 'faulty', because, isFault: true }]);
      expect(verdict.candidates).to.deep.equal([]);
    });
  }

  it('counts what throws when it is looked at against who yields it', async () => {
    const found = Object.defineProperties(
      { ...candidate({ physBase: 0x600000 }) },
      Object.getOwnPropertyDescriptors(throwing),
    );
    const verdict = await search(dumpOf({ 4096: 0x600000 }, [0x1000]), [
      yielding('faulty', [found]),
    ]);
    expect(verdict.notRun).to.deep.equal([
      { name: 'faulty', because: 'yielded what is no plain data', isFault: true },
    ]);
  });

  it('counts nonsense of a witness against it', async () => {
    for (const [changes, because] of [
      [{ stance: 'zzz' }, 'yielded a testimony whose stance is zzz'],
      [{ role: 'zzz' }, 'yielded the role zzz'],
      [{ captureReserve: { start: 5 } }, 'yielded a testimony of a reserve without start and end'],
      [{ symbolFile: {} }, 'yielded a testimony of a symbol file without a name'],
      [
        { at: undefined },
        'yielded a testimony without at, which is a list of places ([] for none)',
      ],
    ] as const) {
      const faulty: Witness = {
        ...witness(),
        name: 'faulty',
        *testify(context, seen) {
          for (const step of witness().testify(context, seen)) {
            yield { ...step, ...changes } as Testimony;
          }
        },
      };
      const walk = yielding('walk', [candidate({ physBase: 0x600000 }, { reachedByCpu: true })]);
      const verdict = await search(
        dumpOf({ 4096: 0x600000 }, [0x1000]),
        [walk],
        [witness(), faulty],
      );
      expect(verdict.notRun).to.deep.equal([{ name: 'faulty', because, isFault: true }]);
      expect(verdict.kernel?.role).to.equal('running');
    }
  });

  it('names a heuristic that floods', async () => {
    const verdict = await search(dumpOf({}), [
      heuristic('flood', function* () {
        for (;;) {
          yield { kind: 'remark', because: 'again', at: [] };
        }
      }),
    ]);
    expect(verdict.notRun[0]?.because).to.match(/more than 1024 findings/);
  });

  it('interrupts a heuristic that hangs, and goes on', () =>
    withGrowingLimits(async (limit) => {
      const verdict = await search(
        dumpOf({ 4096: 0x600000 }, [0x1000]),
        [
          heuristic('hanging', function* () {
            yield* [];
            for (;;) {}
          }),
          yielding('walk', [candidate({ physBase: 0x600000 }, { reachedByCpu: true })]),
        ],
        [witness()],
        { guard: interruptingGuard, stepTimeLimitInMilliseconds: limit },
      );
      expect(verdict.notRun[0]?.because).to.match(/hanging ran past its time limit/);
      expect(verdict.confidence).to.equal('certain');
    }));

  it('interrupts a witness that hangs, and hears the others', async () => {
    const hanging: Witness = {
      ...witness(),
      name: 'hanging',
      *testify() {
        yield* [];
        for (;;) {}
      },
    };
    await withGrowingLimits(async (limit) => {
      const verdict = await search(
        dumpOf({ 4096: 0x600000 }, [0x1000]),
        [yielding('walk', [candidate({ physBase: 0x600000 }, { reachedByCpu: true })])],
        [witness(), hanging, { ...witness([], { release: '6.1' }), name: 'last' }],
        { guard: interruptingGuard, stepTimeLimitInMilliseconds: limit },
      );
      const because = `hanging ran past its time limit of ${limit} ms`;
      expect(verdict.notRun).to.deep.equal([{ name: 'hanging', because, isFault: true }]);
      expect(verdict.kernel?.release).to.equal('6.1');
    });
  });

  describe('by a clock of its own', () => {
    const clock = withOwnClock();

    it('keeps what was found where even its own code is cut', async () => {
      let calls = 0;
      const cutting: StepGuard = (work, limitInMilliseconds, what) => {
        if (++calls > 1) {
          throw new VmcorekitError('timed-out', { what, milliseconds: limitInMilliseconds });
        }
        return work();
      };
      const slowly = heuristic('walk', function* () {
        yield candidate({ physBase: 0x600000 }, { reachedByCpu: true });
        clock.advance(30);
        yield candidate({ physBase: 0x600000 }, { reachedByCpu: true });
      });
      const never = yielding('never', [candidate({ physBase: 0x800000 })]);
      const verdict = await search(
        dumpOf({ 4096: 0x600000 }, [0x1000]),
        [slowly, never],
        [witness()],
        {
          guard: cutting,
          all: true,
        },
      );
      expect(verdict.notRun.at(-1)?.because).to.equal('the time limit was reached before it');
      expect(verdict.candidates.map(({ kernel }) => kernel.physBase)).to.deep.equal([0x600000]);
    });

    it('ends a heuristic that comes back too late, where nothing can interrupt it', async () => {
      const verdict = await search(
        dumpOf({ 4096: 0x600000 }, [0x1000]),
        [
          heuristic('slow', function* () {
            yield* [];
            clock.advance(600);
          }),
          yielding('walk', [candidate({ physBase: 0x600000 }, { reachedByCpu: true })]),
        ],
        [witness()],
        { stepTimeLimitInMilliseconds: 500 },
      );
      expect(verdict.notRun).to.deep.equal([
        { name: 'slow', because: 'slow ran past its time limit of 500 ms', isFault: true },
      ]);
      expect(verdict.confidence).to.equal('certain');
    });
  });

  it('names a symbol carver that fails, and asks the next', async () => {
    const broken: SymbolCarver = {
      name: 'broken',
      summary: 's',
      *carve() {
        yield* [];
        throw new TypeError('no symbols');
      },
    };
    const table = symbolList({ _text: windowStart + 0x1000000n }, { from: 'sound' });
    const sound: SymbolCarver = {
      name: 'sound',
      summary: 's',
      *carve() {
        yield* [];
        return table;
      },
    };
    let carved: unknown;
    const asking: Witness = {
      ...witness(),
      *testify(_context, seen) {
        yield* [];
        carved = seen.kernel?.symbols;
      },
    };
    const toolkit = createToolkit([
      definePlugin({
        name: 'test',
        heuristics: [yielding('walk', [candidate({ physBase: 0x600000 }, { reachedByCpu: true })])],
        witnesses: [asking],
        symbolCarvers: [broken, sound],
      }),
    ]);
    const { notRun } = await toolkit.locate(dumpOf({ 4096: 0x600000 }, [0x1000]));
    expect(carved).to.equal(table);
    expect(notRun).to.deep.equal([{ name: 'broken', because: 'TypeError: no symbols' }]);
  });

  it('takes the short steps of many plug-ins under one guard', async () => {
    const guarded: string[] = [];
    const verdict = await search(
      dumpOf({ 4096: 0x600000 }, [0x1000]),
      [
        yielding('first', []),
        yielding('second', []),
        yielding('walk', [candidate({ physBase: 0x600000 }, { reachedByCpu: true })]),
        yielding('last', []),
      ],
      [witness()],
      {
        guard: <Result>(work: () => Result, _limitInMilliseconds: number, what: string): Result => {
          guarded.push(what);
          return work();
        },
        stepTimeLimitInMilliseconds: 60_000,
        timeLimitInMilliseconds: 600_000,
      },
    );
    expect(verdict.confidence).to.equal('certain');
    expect(guarded[0]).to.equal('first');
    expect(guarded).to.have.lengthOf.at.most(2);
  });

  it('verifies the user’s claims like any other', async () => {
    const right = await search(dumpOf({ 4096: 0x600000 }, [0x1000]), [], [witness()], {
      told: { physBase: 0x600000 },
    });
    expect(right).to.deep.include({ confidence: 'probable' });
    const wrong = await search(dumpOf({ 4096: 0x600000 }, [0x1000]), [], [witness()], {
      told: { physBase: 0x800000 },
    });
    expect(wrong.kernel).to.equal(null);
  });

  it('says which heuristics were not run and why', async () => {
    const verdict = await search(
      dumpOf({}),
      [
        yielding('a', []),
        yielding('b', [], { needs: ['vmcoreinfo-note'] }),
        yielding('c', [], { architectures: ['arm64'] }),
        yielding('d', []),
      ],
      [],
      { skip: ['d'] },
    );
    expect(verdict.notRun).to.deep.equal([
      { name: 'b', because: 'the dump holds no VMCOREINFO note' },
      { name: 'c', because: 'it knows arm64, the dump is x86_64' },
      { name: 'd', because: 'skipped as asked' },
    ]);
  });

  it('leaves one out with the given reason, and never says that there is no kernel', async () => {
    const hanging = heuristic('hang', () => {
      throw new Error('it was run');
    });
    const { notRun, reason } = await search(dumpOf({}), [hanging], [], {
      leftOut: { hang: 'hung for 10 s' },
    });
    expect(notRun).to.deep.equal([{ name: 'hang', because: 'hung for 10 s' }]);
    expect(reason).to.equal('timed-out');
  });

  it('is not certain of an unselected kernel where an exhaustive search is left out', async () => {
    const heuristics = [
      yielding('carve', [candidate({ physBase: 0x600000, root: rootAt(0x1000) })]),
      yielding('tables', [], { cost: 'scan', isExhaustive: true }),
    ];
    const answered = async (options: object) => {
      const verdict = await search(dumpOf({ 4096: 0x600000 }), heuristics, [witness()], options);
      return verdict.confidence;
    };
    expect(await answered({})).to.equal('certain');
    expect(await answered({ leftOut: { tables: 'hung for 10 s' } })).to.equal('probable');
  });

  it('reports a witness that is left out once, as one that hung', async () => {
    const roots = { 4096: 0x600000, 8192: 0x800000 };
    const { notRun, confidence } = await search(
      dumpOf(roots, [0x1000, 0x2000]),
      [
        yielding('walk', [
          candidate({ physBase: 0x600000 }, { reachedByCpu: true }),
          candidate({ physBase: 0x800000 }, { reachedByCpu: true }),
        ]),
      ],
      [witness()],
      { leftOut: { 'played-witness': 'hung for 10 s' } },
    );
    expect(notRun).to.deep.equal([{ name: 'played-witness', because: 'hung for 10 s' }]);
    expect(confidence).not.to.equal('certain');
  });

  it('announces whose step comes, before it is taken', async () => {
    const heard: string[] = [];
    const speaking = (name: string) =>
      heuristic(name, function* () {
        yield* [];
        heard.push(`${name} runs`);
      });
    await search(dumpOf({}), ['a', 'b'].map(speaking), [], {
      onStep: (name: string) => heard.push(name),
    });
    expect(heard).to.deep.equal(['a', 'a runs', 'b', 'b runs']);
  });

  it('runs those asked for in the order asked', async () => {
    const ran: string[] = [];
    const noting = (name: string) =>
      heuristic(name, function* () {
        yield* [];
        ran.push(name);
      });
    await search(dumpOf({}), ['a', 'b', 'c'].map(noting), [], { only: ['c', 'a'] });
    expect(ran).to.deep.equal(['c', 'a']);
  });

  it('ends at a probable answer where that is enough, and goes on where it is not', async () => {
    const dump = dumpOf({ 4096: 0x600000 }, [0x1000]);
    const walk = yielding('walk', [candidate({ physBase: 0x600000 }, { reachedByCpu: true })]);
    const denying: Witness = { ...witness(), *testify() {} };
    const notRun = async (options: object) =>
      (
        await search(
          dump,
          [
            walk,
            yielding('note', [candidate({ physBase: 0x600000 }, { evidence: 'vmcoreinfo' })]),
            yielding('scan', []),
          ],
          [denying],
          options,
        )
      ).notRun;
    expect(await notRun({})).to.deep.equal([]);
    expect(await notRun({ acceptAt: 'probable' })).to.deep.equal([
      { name: 'scan', because: 'the answer was sure enough without it' },
    ]);
  });

  it('refuses to run a heuristic there is not, and lists those there are', async () => {
    try {
      await search(dumpOf({}), [yielding('walk', [])], [], { only: ['wlak'] });
    } catch (error) {
      expect(error).to.have.property('message', "no heuristic is called 'wlak' (there are walk)");
      return;
    }
    expect.fail('did not throw');
  });
});
