import type { CandidateFinding, MappedRun, Testimony, TranslationRoot } from '@vmcorekit/core';
import type { Statement } from '@vmcorekit/engine/testing';
import { expect } from 'chai';
import { CandidateState, type ChosenView } from '../../dist/search/candidate-state.js';
import { claimIn, saidIn } from './said.ts';
import { truthTable, wordsOf } from './truth-table.ts';

const imageOffset = 1n;

function findingIn(cell: string, more: Partial<CandidateFinding> = {}): CandidateFinding {
  const { evidence, strength, claim, assumes } = saidIn(cell);
  const said = { evidence, strength, claim, ...(assumes === undefined ? {} : { assumes }) };
  return { kind: 'candidate', ...said, because: cell, at: [], ...more };
}

function testimonyIn(cell: string, more: Partial<Testimony> = {}): Testimony {
  const { evidence, strength, claim, stance, isThroughPageTables }: Statement = saidIn(cell);
  return { stance, evidence, strength, isThroughPageTables, claim, because: cell, at: [], ...more };
}

function stateOf(
  findings: readonly CandidateFinding[],
  testimonies: readonly Testimony[] = [],
): CandidateState {
  const state = new CandidateState(imageOffset);
  state.findings.push(...findings.map((finding) => ({ by: 'heuristic', finding })));
  state.testimonies = testimonies.map((testimony) => ({ by: 'witness', testimony }));
  return state;
}

function run(physicalAddress: number, isExecutable: boolean): MappedRun {
  return {
    virtualAddress: 0n,
    physicalAddress,
    lengthInBytes: 4096,
    isWritable: true,
    isExecutable,
  };
}

function rootOf(): TranslationRoot {
  const { root } = claimIn('t=7');
  if (root === undefined) {
    throw new Error('a root was made');
  }
  return root;
}

function viewOf(isDisputed: boolean, levelsBy: ChosenView['levelsBy'] = 'direct-map'): ChosenView {
  return {
    root: rootOf(),
    runs: [run(0x1000, false), run(0x2000, true), run(0x3000, true)],
    isDisputed,
    levelsBy,
  };
}

/**
 * `cpu`: the finding follows a CPU; `file`: the file names the kernel; `mapped`: a CPU's tables map
 * it.
 */
const table = truthTable(
  ['finding', 'flags', 'facts'],
  `
  finding | flags | facts

  is evident by a strong finding
    header strong | - | evident
  is evident by a proof
    header proof | - | evident
  is not evident by a weak finding
    header weak | - | -
  is not evident by what the user says
    told strong | - | -
  is in a VMCOREINFO by however weak a finding
    vmcoreinfo hint | - | vmcoreinfo
  is reached where a finding follows a CPU
    header weak | cpu | reached selected
  is reached where a CPU's tables map it
    header weak | mapped | reached selected
  is selected where the file names it
    header weak | file | named selected
  is run where a CPU reaches it and page tables show it
    paging strong | cpu | reached selected run evident
  is run where a CPU's tables map it and page tables show it
    paging strong | mapped | reached selected run evident
  is not run where page tables show it weakly
    paging weak | cpu | reached selected
  is not run where no page tables show it
    symbols strong | cpu | reached selected evident
  is not run where no CPU reaches it
    paging strong | file | named selected evident
  `,
);

function factsOf(state: CandidateState): string[] {
  return Object.entries({
    reached: state.isReachedByCpu,
    named: state.isNamedByFile,
    selected: state.isSelected,
    run: state.isRunByCpu,
    evident: state.isEvident,
    vmcoreinfo: state.isInVmcoreInfo,
  }).flatMap(([fact, is]) => (is ? [fact] : []));
}

describe('a candidate', () => {
  for (const { title, finding, flags, facts } of table) {
    it(title, () => {
      const words = wordsOf(flags);
      const said = findingIn(finding, {
        reachedByCpu: words.includes('cpu'),
        namedByFile: words.includes('file'),
      });
      const state = stateOf([said, findingIn('symbols hint')]);
      state.isMappedByCpu = words.includes('mapped');
      expect(factsOf(state)).to.have.members(wordsOf(facts));
    });
  }

  const levelCases = [
    { by: 'cpu', said: [], known: 4 },
    { by: 'cpu', said: ['paging strong'], known: 4 },
    { by: 'direct-map', said: [], known: 4 },
    { by: 'direct-map', said: ['paging strong'], known: null },
    { by: 'direct-map', said: ['paging weak'], known: 4 },
    { by: null, said: [], known: null },
  ] as const;
  for (const { by, said, known } of levelCases) {
    const sayings =
      said.length === 0 ? 'no other says otherwise' : `others say so by '${said.join()}'`;
    it(`has ${known ?? 'no'} levels by ${by ?? 'nothing'} where ${sayings}`, () => {
      const others = said.map((words) => findingIn(words));
      const state = stateOf(
        others.map((finding) => ({
          ...finding,
          claim: { root: { ...rootOf(), key: '8/5', levels: 5 } },
        })),
      );
      state.view = viewOf(false, by);
      expect(state.pagingLevels).to.equal(known);
    });
  }

  it('has the levels that a VMCOREINFO says, of a root that nothing else proves', () => {
    const state = stateOf([{ ...findingIn('vmcoreinfo strong'), claim: { root: rootOf() } }]);
    state.view = viewOf(false, null);
    expect(state.pagingLevels).to.equal(4);
  });

  it('has no facts before anything is said of it', () => {
    expect(factsOf(stateOf([]))).to.deep.equal([]);
  });

  it('takes a finding for no witness, whatever it says', () => {
    const state = stateOf([findingIn('paging proof o=1')]);
    expect([state.isWitnessed, state.confidence]).to.deep.equal([false, 'none']);
  });

  it('is certain by a finding and a witness together', () => {
    const state = stateOf([findingIn('paging strong o=1')], [testimonyIn('symbols strong seen')]);
    expect([state.isWitnessed, state.confidence]).to.deep.equal([true, 'certain']);
  });

  it('is no longer certain once a witness denies it', () => {
    const state = stateOf(
      [findingIn('paging strong o=1')],
      [testimonyIn('symbols strong seen denies')],
    );
    expect([state.isWitnessed, state.confidence]).to.deep.equal([false, 'none']);
  });

  it('reports findings and then witnesses that speak for it, and denials apart', () => {
    const denial = testimonyIn('header strong denies k=3');
    const state = stateOf(
      [findingIn('paging strong k=1')],
      [denial, testimonyIn('symbols strong seen k=1')],
    );
    expect(state.evidence).to.deep.equal([
      {
        by: 'heuristic',
        evidence: 'paging',
        strength: 'strong',
        claim: { kaslrOffset: 1 },
        because: 'paging strong k=1',
        at: [],
        isWitness: false,
      },
      {
        by: 'witness',
        evidence: 'symbols',
        strength: 'strong',
        claim: { kaslrOffset: 1 },
        because: 'symbols strong seen k=1',
        at: [],
        isWitness: true,
      },
    ]);
    expect(state.contradictions.map(({ because }) => because)).to.deep.equal([
      'header strong denies k=3',
    ]);
  });

  it('takes no value of who denies it', () => {
    expect(stateOf([], [testimonyIn('header strong denies k=3')]).claim).to.deep.equal({});
  });

  it('reports a dissent with its own fields alone, and what they assume', () => {
    const state = stateOf([
      findingIn('paging strong k=1 r=6.1'),
      findingIn('header strong k=2? r=6.1'),
    ]);
    expect(state.claim).to.deep.equal({ release: '6.1' });
    expect(state.dissent.map(({ claim, because }) => ({ claim, because }))).to.deep.equal([
      { claim: { kaslrOffset: 1 }, because: 'paging strong k=1 r=6.1' },
      { claim: { kaslrOffset: 2 }, because: 'header strong k=2? r=6.1; if the test assumes it' },
    ]);
  });

  it('is seen through the root of its view, from its first code', () => {
    const state = stateOf([findingIn('paging strong o=1 k=1')]);
    expect([state.root, state.imagePhysicalAddress]).to.deep.equal([null, null]);
    state.view = viewOf(false);
    expect([state.root?.key, state.imagePhysicalAddress]).to.deep.equal(['7', 0x2000]);
    expect(state.claim).to.deep.equal({ imageOffset, kaslrOffset: 1 });
  });

  it('has nothing proved but its place where roots show different images', () => {
    const state = stateOf([findingIn('paging strong o=1 k=1')]);
    state.view = viewOf(true);
    expect(state.root).to.equal(null);
    expect(state.claim).to.deep.equal({ imageOffset });
  });

  it('collects roles, reserves and symbol files of all who say something of it', () => {
    const captureReserve = { start: 10, end: 20 };
    const symbolFile = { from: 'map', refused: null };
    const state = stateOf(
      [findingIn('paging strong', { role: 'crashed' }), findingIn('paging strong')],
      [
        testimonyIn('symbols strong', { role: 'capture', captureReserve, symbolFile }),
        testimonyIn('symbols strong'),
      ],
    );
    expect(state.saidRoles).to.have.members(['crashed', 'capture']);
    expect(state.captureReserves).to.deep.equal([captureReserve]);
    expect(state.symbolFiles).to.deep.equal([symbolFile]);
  });
});
