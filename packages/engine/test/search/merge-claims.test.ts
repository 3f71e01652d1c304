import type { ClaimField, KernelClaim } from '@vmcorekit/core';
import { mergeClaims, type Statement } from '@vmcorekit/engine/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { allSaidIn, claimIn } from './said.ts';
import { truthTable, wordsOf } from './truth-table.ts';

/**
 * Letters of claim fields stand in `said.ts`. A dissent is written with the number of the saying it
 * comes from: `2:k=1`.
 */
const table = truthTable(
  ['first', 'second', 'third', 'fourth', 'claim', 'dissent'],
  `
  first | second | third | fourth | claim | dissent

  claims nothing where nothing is said
    - | - | - | - | - | -
  takes a strong saying
    paging strong k=1 | - | - | - | k=1 | -
  takes a proof
    header proof k=1 | - | - | - | k=1 | -
  takes what the user says where nothing speaks against it
    told strong r=6.1 | - | - | - | r=6.1 | -
  takes no weak saying
    paging weak k=1 | - | - | - | - | -
  takes no hint
    paging hint k=1 | - | - | - | - | -
  hears no dissent from a weak saying or a hint
    paging strong k=1 | symbols weak k=2 | header hint k=3 | - | k=1 | -
  takes every field but the root
    header strong o=1 b=2 k=3 v=4 p=5 t=6 r=7 l=8 i=9 e=big | - | - | - | o=1 b=2 k=3 v=4 p=5 r=7 l=8 i=9 e=big | -
  hears no dispute about roots: each process has its own
    paging strong t=1 k=1 | paging strong t=2 k=1 | - | - | k=1 | -
  takes a zero as a value
    paging strong k=0 | - | - | - | k=0 | -
  takes a value on which two agree
    paging strong k=1 | symbols strong k=1 | - | - | k=1 | -

  takes neither of two equal sayings that differ
    paging strong k=1 | symbols strong k=2 | - | - | - | 1:k=1 2:k=2
  takes neither of two equal sayings, however many kinds repeat one
    paging strong k=1 | symbols strong k=1 | header strong k=2 | - | - | 1:k=1 2:k=1 3:k=2
  does not take one proof of one kind against a strong saying
    paging proof k=1 | symbols strong k=2 | - | - | - | 1:k=1 2:k=2
  does not take two proofs of one kind against a strong saying
    paging proof k=1 | paging proof k=1 | symbols strong k=2 | - | - | 1:k=1 2:k=1 3:k=2
  takes a proof against a strong saying where a second kind agrees
    paging proof k=1 | symbols strong k=1 | header strong k=2 | - | k=1 | 3:k=2
  counts what the user says as no second kind
    paging proof k=1 | told strong k=1 | header strong k=2 | - | - | 1:k=1 2:k=1 3:k=2
  takes a proof of two kinds against another kind's strong saying
    symbols strong k=2 | paging proof k=1 | vmcoreinfo proof k=1 | - | k=1 | 1:k=2
  takes what was seen through page tables before a proof that was not
    header proof k=2 | symbols strong k=1 seen | paging strong k=1 | - | k=1 | 1:k=2
  takes what was seen of one kind only where nothing differs
    header proof k=2 | symbols strong k=1 seen | - | - | - | 1:k=2 2:k=1
  lets strength decide between two that were seen through page tables
    header strong k=2 seen | symbols proof k=1 seen | paging strong k=1 | - | k=1 | 1:k=2
  takes nothing weak even though it was seen through page tables
    header weak k=2 seen | symbols strong k=1 | - | - | k=1 | -

  takes no value that is only assumed
    paging strong k=1? | - | - | - | - | -
  takes no value that two assume
    paging strong k=1? | symbols proof k=1? | - | - | - | -
  hears no dissent between assumptions
    paging strong k=1? | symbols strong k=2? | - | - | - | -
  takes a proved value beside the same assumed
    paging strong k=1? | symbols strong k=1 | - | - | k=1 | -
  lets an assumption of another value cast doubt on one kind
    paging strong k=1 | symbols strong k=2? | - | - | - | 1:k=1 2:k=2
  takes two kinds against an assumption, which is no dissent
    paging strong k=1 | symbols strong k=1 | header strong k=2? | - | k=1 | -
  lets an assumption be the second kind against a weaker saying
    paging proof k=1 | symbols strong k=1? | header strong k=2 | - | k=1 | 3:k=2
  takes a proof against an assumption of another value, which is no dissent
    vmcoreinfo proof k=0 seen | paging strong k=3? | - | - | k=0 | -
  takes a proof against two kinds that assume another value
    vmcoreinfo proof k=0 | paging strong k=3? | symbols proof k=3? | - | k=0 | -
  does not take one proof against a saying that assumes nothing, nor then against an assumption
    vmcoreinfo proof k=0 seen | paging strong k=3? | header strong k=3 | - | - | 1:k=0 2:k=3 3:k=3
  lets an assumption cast doubt on a strong saying that outranks a proof
    header proof k=1 | vmcoreinfo strong k=1 seen | paging strong k=3? | vmcoreinfo strong k=3 seen | - | 1:k=1 2:k=1 3:k=3 4:k=3
  lets a weak assumption be no second kind
    paging proof k=1 | symbols weak k=1? | header strong k=2 | - | - | 1:k=1 3:k=2
  ranks no assumption above a proved value
    paging proof k=2? seen | symbols strong k=1 | header strong k=1 | - | k=1 | -

  rejects a text address that implies another KASLR offset than two kinds say
    paging strong v=10 k=0? | vmcoreinfo strong k=5 | symbols strong k=5 | - | k=5 | -
  rejects the physical text address by the same rule
    paging strong p=10 k=0? | vmcoreinfo strong k=5 | symbols strong k=5 | - | k=5 | -
  rejects the text address where the KASLR offset stays in doubt
    paging strong v=10 k=0? | vmcoreinfo strong k=5 | - | - | - | 1:k=0 2:k=5
  rejects a text address that rests on another link address than a proof implies
    paging strong v=10 k=3? | vmcoreinfo proof k=0 seen | - | - | k=0 | -
  takes that text address where who proves the KASLR offset says it too
    paging strong v=10 k=3? | vmcoreinfo proof v=10 k=0 seen | - | - | v=10 k=0 | -
  takes a text address that implies the KASLR offset that is said
    paging strong v=10 p=11 k=5? | vmcoreinfo strong k=5 | - | - | k=5 v=10 p=11 | -
  takes a text address against a weak saying of another KASLR offset
    paging strong v=10 k=0? | vmcoreinfo weak k=5 | - | - | v=10 | -
  takes a text address against an assumption of another KASLR offset
    paging strong v=10 k=0? | header strong k=5? | - | - | v=10 | -
  takes the text address of who does not assume the KASLR offset
    paging strong v=10 k=0? | symbols strong v=20 k=5 | header strong v=20 k=5 | - | k=5 v=20 | -
  lets a rejected text address cast doubt on another
    paging strong v=10 k=0? | symbols strong v=20 k=5 | header strong k=5 | - | k=5 | 1:v=10 2:v=20
  lets a rejected text address be the second kind against a weaker saying
    paging strong v=10 k=0? | symbols proof v=10 k=5 | header strong v=20 k=5 | - | k=5 v=10 | 3:v=20
  keeps what else is said beside a rejected text address
    paging strong v=10 k=0? r=6.1 o=1 | vmcoreinfo strong k=5 | symbols strong k=5 | - | k=5 r=6.1 o=1 | -
  rejects the text address that one of two sayings of KASLR offsets contradicts
    paging strong v=10 k=5? | vmcoreinfo strong k=5 | symbols strong k=6 | - | - | 1:k=5 2:k=5 3:k=6

  takes a banner with the release that it names
    symbols strong r=6.1 l=x seen | vmcoreinfo strong r=6.1 | - | - | r=6.1 l=x | -
  takes no banner whose release stays in doubt
    symbols strong r=6.1 l=x seen | symbols strong r=6.2 seen | - | - | - | 1:r=6.1 1:l=x 2:r=6.2
  takes no banner of two kinds whose release stays in doubt
    symbols strong r=6.1 l=x | paging strong l=x | header strong r=6.2 | - | - | 1:r=6.1 1:l=x 2:l=x 3:r=6.2
  takes no banner of another release than the one that is taken
    symbols strong r=6.1 l=x | vmcoreinfo proof r=6.2 | header strong r=6.2 | - | r=6.2 | 1:r=6.1 1:l=x

  judges each field but the banner alone
    paging strong k=1 r=6.1 | symbols strong k=2 r=6.1 | - | - | r=6.1 | 1:k=1 2:k=2
  names all fields on which one saying dissents
    paging strong k=1 r=6.1 | symbols strong k=2 r=6.2 | - | - | - | 1:k=1 1:r=6.1 2:k=2 2:r=6.2
  takes three fields of three sayings
    paging strong v=1 | symbols strong r=6.1 | header strong i=ab | vmcoreinfo strong k=3 | v=1 r=6.1 i=ab k=3 | -
  `,
);

const kinds = ['told', 'paging', 'vmcoreinfo', 'symbols', 'header'] as const;
const strengths = ['proof', 'strong', 'weak', 'hint'] as const;
const mergedFields: readonly ClaimField[] = ['kaslrOffset', 'textVirtualAddress', 'release'];

/** Of few values, so that sayings agree and differ often. */
const statement: fc.Arbitrary<Statement> = fc
  .record({
    evidence: fc.constantFrom(...kinds),
    strength: fc.constantFrom(...strengths),
    isThroughPageTables: fc.boolean(),
    claim: fc.record(
      {
        kaslrOffset: fc.nat(2),
        textVirtualAddress: fc.bigInt(0n, 2n),
        release: fc.constantFrom('6.1', '6.2'),
      },
      { requiredKeys: [] },
    ),
    assumed: fc.subarray([...mergedFields]),
  })
  .map(({ assumed, ...said }) => ({
    ...said,
    stance: 'for',
    assumes: Object.fromEntries(assumed.map((field) => [field, 'the test assumes it'])),
  }));

const statements = fc.array(statement, { maxLength: 6 });

/** What was said by whom of which field, in an order of its own. */
function dissentOf(said: readonly Statement[]): string[] {
  return mergeClaims(said)
    .dissent.flatMap((row) =>
      Object.entries(row.claim).map(
        ([field, value]) => `${JSON.stringify(keyOf(row.statement))} ${field} ${value}`,
      ),
    )
    .toSorted();
}

function keyOf({ claim, ...said }: Statement): unknown {
  return [said, Object.entries(claim).map(([field, value]) => `${field}=${String(value)}`)];
}

describe('mergeClaims', () => {
  for (const { title, first, second, third, fourth, claim, dissent } of table) {
    it(title, () => {
      const said = allSaidIn(first, second, third, fourth);
      const merged = mergeClaims(said);
      expect(merged.claim).to.deep.equal(claimIn(claim));
      const dissenting = new Map<number, KernelClaim>();
      for (const word of wordsOf(dissent)) {
        const [number = '', field = ''] = word.split(':');
        const index = Number(number) - 1;
        dissenting.set(index, { ...dissenting.get(index), ...claimIn(field) });
      }
      const found = new Map(merged.dissent.map((row) => [said.indexOf(row.statement), row.claim]));
      expect(found).to.deep.equal(dissenting);
    });
  }

  it('comes to one claim and one dissent in whatever order things are said', () => {
    const shuffled = statements.chain((said) =>
      fc.tuple(
        fc.constant(said),
        fc.shuffledSubarray(said, { minLength: said.length, maxLength: said.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([said, inOtherOrder]) => {
        expect(mergeClaims(inOtherOrder).claim).to.deep.equal(mergeClaims(said).claim);
        expect(dissentOf(inOtherOrder)).to.deep.equal(dissentOf(said));
      }),
    );
  });

  it('never takes a value that no weighty statement gives without an assumption', () => {
    fc.assert(
      fc.property(statements, (said) => {
        for (const [field, value] of Object.entries(mergeClaims(said).claim) as [
          ClaimField,
          unknown,
        ][]) {
          const proving = said.filter(
            ({ claim, assumes, strength }) =>
              claim[field] === value &&
              assumes?.[field] === undefined &&
              (strength === 'proof' || strength === 'strong'),
          );
          expect(proving).to.have.length.above(0);
        }
      }),
    );
  });

  it('is swayed by no weak saying and no hint', () => {
    fc.assert(
      fc.property(statements, (said) => {
        const weighty = said.filter(
          ({ strength }) => strength === 'proof' || strength === 'strong',
        );
        expect(mergeClaims(said)).to.deep.equal(mergeClaims(weighty));
      }),
    );
  });

  it('names as dissent only what differs from the value that is taken', () => {
    fc.assert(
      fc.property(statements, (said) => {
        const { claim, dissent } = mergeClaims(said);
        for (const row of dissent) {
          for (const [field, value] of Object.entries(row.claim) as [ClaimField, unknown][]) {
            expect(row.statement.claim[field]).to.equal(value);
            expect(claim[field]).not.to.equal(value);
          }
        }
      }),
    );
  });

  it('says of a field that is disputed either who dissents or that all assume', () => {
    fc.assert(
      fc.property(statements, (said) => {
        const { claim, dissent } = mergeClaims(said);
        const weighty = said.filter(
          ({ strength }) => strength === 'proof' || strength === 'strong',
        );
        const proved = weighty.filter(
          (one) => one.claim.release !== undefined && one.assumes?.release === undefined,
        );
        const isDissent = dissent.some((row) => row.claim.release !== undefined);
        expect(claim.release === undefined && !isDissent).to.equal(proved.length === 0);
      }),
    );
  });
});
