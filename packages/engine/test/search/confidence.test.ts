import { confidenceOf, isRefuted, isWitnessed, type Statement } from '@vmcorekit/engine/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { allSaidIn } from './said.ts';
import { truthTable } from './truth-table.ts';

/** The candidate's image offset is 1, so `o=1` names its place. */
const imageOffset = 1n;

const table = truthTable(
  ['first', 'second', 'third', 'witnessed', 'confidence'],
  `
  first | second | third | witnessed | confidence

  has no confidence in what nothing is said of
    - | - | - | no | none
  has none in one kind of evidence
    paging strong o=1 | - | - | no | none
  has none in one kind said twice
    paging strong o=1 | paging proof o=1 | - | no | none
  has none in a proof that no witness sees
    header proof o=1 | - | - | no | none
  finds two kinds of evidence probable without a witness
    paging strong o=1 | header strong o=1 | - | no | probable
  finds even three kinds and a proof no more than probable without a witness
    paging strong o=1 | header proof o=1 | symbols strong o=1 | no | probable
  counts no weak saying as a kind
    paging strong o=1 | header weak o=1 | - | no | none
  counts no hint as a kind
    paging strong o=1 | header hint o=1 | - | no | none
  counts what the user says as no kind
    paging strong o=1 | told strong o=1 | - | no | none
  counts two kinds beside what the user says
    paging strong o=1 | told strong o=1 | vmcoreinfo strong o=1 | no | probable

  finds a witness of one kind probable
    symbols strong seen | - | - | yes | probable
  finds a witness and a finding of its own kind probable
    symbols strong seen | symbols strong o=1 | - | yes | probable
  finds a witness of what the user says probable
    symbols strong seen | told strong o=1 | - | yes | probable
  takes no claim of the user for proof, however strong
    symbols strong seen | told proof o=1 | - | yes | probable
  finds a witness and a weak saying of another kind probable
    symbols strong seen | paging weak o=1 | - | yes | probable
  is certain of a witness and another kind
    symbols strong seen | paging strong o=1 | - | yes | certain
  is certain of two witnesses of two kinds
    symbols strong seen | vmcoreinfo strong seen | - | yes | certain
  is certain of a witness that proves the place
    symbols proof seen o=1 | - | - | yes | certain
  is certain of a witness and a proof of the place of one kind
    symbols strong seen | symbols proof o=1 | - | yes | certain
  is not certain of a witness that proves something else than the place
    symbols proof seen r=6.1 | - | - | yes | probable
  is not certain of a proof of another place
    symbols strong seen | symbols proof o=2 | - | yes | probable
  takes a weak witness for none
    symbols weak seen | paging strong o=1 | - | no | none
  takes a hint through page tables for no witness
    symbols hint seen | - | - | no | none
  takes who did not look through page tables for no witness
    symbols strong | paging strong o=1 | - | no | probable

  has none in what a witness denies
    symbols strong seen denies | - | - | refuted | none
  has none in what one witness sees and another denies
    symbols proof seen o=1 | paging strong o=1 | header strong seen denies | refuted | none
  has none in two kinds that a witness denies
    vmcoreinfo strong o=1 | paging strong o=1 | header strong seen denies | refuted | none
  heeds no weak denial
    symbols strong seen | paging strong o=1 | header weak seen denies | yes | certain
  heeds no denial that was not seen through page tables
    symbols strong seen | paging strong o=1 | header proof denies | yes | certain
  counts a denial as no kind
    symbols strong seen | header strong denies | - | yes | probable
  counts the proof of a denial as none
    symbols strong seen | symbols proof denies o=1 | - | yes | probable
  `,
);

const rank = { none: 0, probable: 1, certain: 2 };

const statement: fc.Arbitrary<Statement> = fc.record({
  evidence: fc.constantFrom('told', 'paging', 'vmcoreinfo', 'symbols', 'header'),
  strength: fc.constantFrom('proof', 'strong', 'weak', 'hint'),
  stance: fc.constantFrom('for', 'for', 'for', 'against'),
  isThroughPageTables: fc.boolean(),
  claim: fc.record({ imageOffset: fc.constantFrom(imageOffset, 2n) }, { requiredKeys: [] }),
});
const statements = fc.array(statement, { maxLength: 5 });

describe('confidenceOf', () => {
  for (const { title, first, second, third, witnessed, confidence } of table) {
    it(title, () => {
      const said = allSaidIn(first, second, third);
      expect(confidenceOf(imageOffset, said)).to.equal(confidence);
      expect(isWitnessed(said)).to.equal(witnessed === 'yes');
      expect(isRefuted(said)).to.equal(witnessed === 'refuted');
    });
  }

  it('is never lowered by one more saying for the candidate', () => {
    fc.assert(
      fc.property(statements, statement, (said, more) => {
        const before = rank[confidenceOf(imageOffset, said)];
        expect(
          rank[confidenceOf(imageOffset, [...said, { ...more, stance: 'for' }])],
        ).to.be.at.least(before);
      }),
    );
  });

  it('is never raised by one more saying against the candidate', () => {
    fc.assert(
      fc.property(statements, statement, (said, more) => {
        const before = rank[confidenceOf(imageOffset, said)];
        expect(
          rank[confidenceOf(imageOffset, [...said, { ...more, stance: 'against' }])],
        ).to.be.at.most(before);
      }),
    );
  });

  it('is certain only of what is witnessed, and of two kinds or a proof', () => {
    fc.assert(
      fc.property(statements, (said) => {
        if (confidenceOf(imageOffset, said) !== 'certain') {
          return;
        }
        const weighty = said.filter(
          ({ stance, strength }) => stance === 'for' && /proof|strong/.test(strength),
        );
        const kinds = new Set(
          weighty.map(({ evidence }) => evidence).filter((kind) => kind !== 'told'),
        );
        expect(isWitnessed(said)).to.equal(true);
        expect(kinds.size >= 2 || weighty.some(({ strength }) => strength === 'proof')).to.equal(
          true,
        );
      }),
    );
  });

  it('does not depend on the order in which things are said', () => {
    fc.assert(
      fc.property(statements, (said) => {
        expect(confidenceOf(imageOffset, said.toReversed())).to.equal(
          confidenceOf(imageOffset, said),
        );
      }),
    );
  });
});
