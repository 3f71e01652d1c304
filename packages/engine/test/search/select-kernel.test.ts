import { isSelected, type JudgedCandidate, selectKernel } from '@vmcorekit/engine/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { candidatesIn, factsIn, roleIn } from './judged-facts.ts';
import { truthTable, wordsOf } from './truth-table.ts';

/**
 * Roles are written for candidates that have one that counts: `B=capture`. Two letters: ambiguous.
 */
const table = truthTable(
  ['A', 'B', 'C', 'roles', 'chosen'],
  `
  A | B | C | roles | chosen

  chooses none where there is none
    - | - | - | - | -
  chooses none of which nothing is sure
    none evident | - | - | - | -
  chooses the only kernel that is probable, though no witness sees it
    probable | none evident | - | - | A
  chooses none of two that no witness sees
    probable | probable | - | - | -
  chooses none of two that no witness sees, though a CPU reaches one
    probable run | probable | - | - | -
  chooses the only witnessed kernel
    witnessed | - | - | - | A
  chooses the only witnessed kernel before others that are probable
    probable named | witnessed | probable | - | B

  chooses the witnessed kernel that a CPU reaches
    witnessed | witnessed reached | witnessed | - | B
  chooses what a CPU reaches before what the file names
    witnessed named | witnessed reached | - | - | B
  chooses by the file where no CPU reaches any
    witnessed | witnessed named | witnessed | - | B
  chooses by the file among those that CPUs reach
    witnessed reached | witnessed reached named | witnessed named | - | B
  finds two kernels ambiguous where nothing decides
    witnessed | witnessed | - | - | A B
  finds only those ambiguous that CPUs reach
    witnessed reached | witnessed reached | witnessed | - | A B
  finds only those ambiguous that the file names
    witnessed named | witnessed | witnessed named | - | A C
  leaves out of an ambiguity what no witness sees
    witnessed | witnessed | probable | - | A B

  chooses the kernel that the user means before what a CPU reaches
    witnessed meant | witnessed reached | - | - | A
  chooses the crashed kernel that the user means before its capture kernel
    witnessed reached meant keeps=10-20 at=5 | witnessed reached at=15 | - | A=crashed B=capture | A
  chooses the kernel that the user means where nothing else decides
    witnessed | witnessed meant | witnessed | - | B
  chooses the kernel that the user means, though no witness sees it
    probable meant | witnessed reached | - | - | A
  does not choose what the user means where nothing supports it
    none meant | witnessed reached | - | - | B
  chooses nothing where only the user speaks for a kernel
    none meant | - | - | - | -

  lets no witnessed kernel overrule one that a CPU runs
    run | witnessed | - | - | A B
  does so though the file names the witnessed one
    run | witnessed named | - | - | A B
  names all that CPUs run, and then all witnessed, as ambiguous
    witnessed | run | run | - | B C A
  chooses a witnessed kernel that a CPU reaches beside one that a CPU runs
    run | witnessed reached | - | - | B
  chooses the one witnessed kernel that a CPU reaches, though CPUs run more
    run | witnessed reached | witnessed | - | B
  overrules what a CPU only seems to reach
    reached | witnessed | - | - | B

  chooses the capture kernel where CPUs reach both
    witnessed reached keeps=10-20 at=5 | witnessed reached at=15 | - | A=crashed B=capture | B
  chooses the capture kernel that CPUs reach before the crashed one named
    witnessed reached named keeps=10-20 at=5 | witnessed reached at=15 | - | A=crashed B=capture | B
  chooses the capture kernel where no CPU reaches either and there is no third
    witnessed keeps=10-20 at=5 | witnessed at=15 | - | A=crashed B=capture | B
  chooses the capture kernel before the crashed one that the file names
    witnessed named keeps=10-20 at=5 | witnessed at=15 | - | A=crashed B=capture | B
  does not choose a capture kernel beside a third that no reserve explains
    witnessed keeps=10-20 at=5 | witnessed at=15 | witnessed at=25 | A=crashed B=capture | A B C
  chooses by the file beside a pair that may be forged
    witnessed keeps=10-20 at=5 | witnessed at=15 | witnessed named at=25 | A=crashed B=capture | C
  chooses the capture kernel of two that both keep memory for it
    witnessed keeps=10-20 at=5 | witnessed keeps=10-20 at=7 | witnessed at=15 | A=crashed B=crashed C=capture | C
  chooses no capture kernel that no reserve explains, though a CPU reaches it
    witnessed reached | witnessed reached | witnessed reached | A=crashed B=capture C=running | A B C
  does so beside one kernel
    witnessed reached | witnessed reached at=15 | - | B=capture | A B
  chooses no capture kernel of which only the beginning lies in a reserve
    witnessed reached keeps=10-20 | witnessed reached at=15 sign=25 | - | B=capture | A B
  chooses no capture kernel that is one only by word
    witnessed at=5 | witnessed at=15 | - | B=capture | A B
  finds two capture kernels in one reserve ambiguous
    witnessed keeps=10-20 at=5 | witnessed at=12 | witnessed at=15 | A=crashed B=capture C=capture | A B C
  chooses the crashed kernel where a CPU reaches it alone
    witnessed reached keeps=10-20 at=5 | witnessed at=15 | - | A=crashed B=capture | A
  chooses by the reserve only who has the role
    witnessed keeps=10-20 at=5 | witnessed at=15 | - | - | A B
  `,
);

const candidate: fc.Arbitrary<JudgedCandidate> = fc
  .record({
    confidence: fc.constantFrom('none', 'probable', 'certain'),
    isWitnessed: fc.boolean(),
    isReachedByCpu: fc.boolean(),
    isRunByCpu: fc.boolean(),
    isNamedByFile: fc.boolean(),
    isMeant: fc.constant(false),
  })
  .map((facts) => ({
    ...factsIn(''),
    ...facts,
    isRunByCpu: facts.isRunByCpu && facts.isReachedByCpu,
  }));

const candidates = fc.array(candidate, { maxLength: 4 });

function chosenOf(
  selection: ReturnType<typeof selectKernel<JudgedCandidate>>,
): readonly JudgedCandidate[] {
  return selection.kind === 'chosen'
    ? [selection.candidate]
    : selection.kind === 'ambiguous'
      ? selection.candidates
      : [];
}

describe('selectKernel', () => {
  for (const { title, A, B, C, roles, chosen } of table) {
    it(title, () => {
      const named = candidatesIn({ A, B, C });
      const known = wordsOf(roles).flatMap((word) => {
        const [letter = '', role = ''] = word.split('=');
        const facts = named.get(letter);
        return facts === undefined ? [] : [[facts, roleIn(role)] as const];
      });
      const selection = selectKernel([...named.values()], new Map(known));
      const letters = wordsOf(chosen);
      expect(selection.kind).to.equal(['none', 'chosen'][letters.length] ?? 'ambiguous');
      expect(chosenOf(selection)).to.have.ordered.members(
        letters.map((letter) => named.get(letter)),
      );
    });
  }

  it('comes to the same choice in whatever order kernels are found', () => {
    fc.assert(
      fc.property(candidates, (found) => {
        const one = selectKernel(found, new Map());
        const other = selectKernel(found.toReversed(), new Map());
        expect(other.kind).to.equal(one.kind);
        expect(chosenOf(other)).to.have.members(chosenOf(one));
      }),
    );
  });

  it('never prefers a kernel that no CPU reaches to a witnessed one that a CPU reaches', () => {
    fc.assert(
      fc.property(candidates, (found) => {
        const selection = selectKernel(found, new Map());
        if (selection.kind !== 'chosen' || selection.candidate.isReachedByCpu) {
          return;
        }
        expect(
          found.filter(({ isWitnessed, isReachedByCpu }) => isWitnessed && isReachedByCpu),
        ).to.deep.equal([]);
      }),
    );
  });

  it('never chooses a kernel that no witness sees beside one that a witness sees', () => {
    fc.assert(
      fc.property(candidates, (found) => {
        const selection = selectKernel(found, new Map());
        if (selection.kind !== 'chosen' || selection.candidate.isWitnessed) {
          return;
        }
        expect(found.filter(({ isWitnessed }) => isWitnessed)).to.deep.equal([]);
      }),
    );
  });

  it('takes a kernel for selected that a CPU reaches or the file names', () => {
    const cells = ['witnessed certain', 'reached', 'named', 'meant', 'reached named'];
    expect(cells.map((cell) => isSelected(factsIn(cell)))).to.deep.equal([
      false,
      true,
      true,
      true,
      true,
    ]);
  });
});
