import { assignRoles, reserves } from '@vmcorekit/engine/testing';
import { expect } from 'chai';
import { candidatesIn, factsIn } from './judged-facts.ts';
import { truthTable } from './truth-table.ts';

const table = truthTable(
  ['CPUs', 'A', 'B', 'C', 'roles'],
  `
  CPUs | A | B | C | roles

  knows no role of what is only found
    unknown | unwitnessed | - | - | unknown
  calls what a CPU reaches running
    known | witnessed reached | - | - | running
  calls what a CPU reaches running though no witness sees it
    known | reached | - | - | running
  calls a witnessed kernel that no CPU reaches stale
    known | witnessed | - | - | stale
  calls nothing stale where a CPU is not accounted for
    unknown | witnessed | - | - | unknown
  calls nothing stale that no witness sees
    known | evident | - | - | unknown
  calls neither of two kernels running that CPUs reach
    known | witnessed reached | witnessed reached | - | unknown unknown
  calls no kernel running beside one that a CPU runs and no witness sees
    known | witnessed reached | run | - | unknown unknown
  calls a kernel running beside what a CPU only seems to reach
    known | witnessed reached | reached | - | running unknown
  gives each of several kernels its role
    known | witnessed reached first | witnessed | evident | running stale unknown

  goes not by the CPUs where a limit cut a witness of any candidate
    known | witnessed reached cut | witnessed | - | unknown unknown
  takes the role that is said where a limit cut a witness
    known | witnessed reached cut said=crashed | - | - | crashed

  takes the role that is said
    unknown | said=crashed | - | - | crashed
  takes the role that is said before what CPUs tell
    known | witnessed reached said=crashed | witnessed said=running | - | crashed running
  takes the role on which all agree
    unknown | said=capture said=capture | - | - | capture
  takes the role beside one who does not know
    unknown | said=unknown said=capture said=unknown | - | - | capture
  knows no role where those that are said differ
    known | witnessed reached said=crashed said=capture | witnessed said=crashed said=stale | - | unknown unknown
  goes not by the CPUs where who could say the role does not know it
    known | witnessed reached said=unknown | witnessed said=unknown | - | unknown unknown

  takes no other kernel's word that it has a capture kernel
    unknown | witnessed keeps=10-20 at=5 | witnessed at=15 said=capture | - | unknown capture
  takes it not where CPUs reach both
    known | witnessed reached keeps=10-20 at=5 | witnessed reached at=15 said=capture | - | unknown capture
  takes no crashed kernel's word for its capture kernel
    unknown | witnessed keeps=10-20 at=5 said=crashed | witnessed at=15 | - | crashed unknown
  takes it not where a CPU reaches that one
    known | witnessed keeps=10-20 at=5 said=crashed | witnessed reached at=15 | - | crashed unknown
  calls a kernel that rules out old memory running in a crashed one's reserve
    known | witnessed keeps=10-20 at=5 said=crashed | witnessed reached first at=15 | - | crashed running
  calls a kernel running in whose reserve one begins that says it captures
    known | witnessed reached first keeps=10-20 at=5 | witnessed at=15 sign=25 said=capture | - | running capture
  knows both roles where both kernels say them
    unknown | witnessed keeps=10-20 at=5 said=crashed | witnessed at=15 said=capture | - | crashed capture
  calls no kernel capture that lies in a reserve and has no other sign
    unknown | witnessed keeps=10-20 at=5 | witnessed at=15 | - | unknown unknown
  knows neither role where CPUs reach a kernel in a reserve without a sign
    known | witnessed reached keeps=10-20 at=5 | witnessed reached at=15 | - | unknown unknown
  takes a kernel in a nested guest's reserve for no capture kernel
    known | witnessed keeps=10-20 at=5 | witnessed reached at=15 | - | unknown unknown
  calls it running where it rules out old memory
    known | witnessed keeps=10-20 at=5 | witnessed reached first at=15 | - | stale running
  calls what resumed the running kernel, and lies in its reserve, stale
    known | witnessed reached first keeps=10-20 at=5 | witnessed at=15 | - | running stale
  believes no reserve of a kernel that no witness sees
    unknown | keeps=10-20 at=5 | witnessed at=15 said=capture | - | unknown capture
  lets what is said decide before a reserve without a sign
    known | witnessed keeps=10-20 at=5 said=running | witnessed at=15 said=stale | - | running stale
  makes no kernel its own capture kernel
    known | witnessed reached keeps=10-20 at=15 | - | - | running
  goes by the CPUs where two kernels lie in each other's reserve
    known | witnessed reached first keeps=10-20 at=15 | witnessed keeps=10-20 at=16 | - | running stale

  goes not by the CPUs where what they reach may be another's capture kernel
    known | witnessed reached | witnessed | - | unknown unknown
  does so where no witness sees the other
    known | witnessed reached | evident | - | unknown unknown
  calls nothing stale beside a capture kernel that a CPU reaches
    known | witnessed reached said=capture | witnessed | - | capture unknown
  `,
);

describe('assignRoles', () => {
  for (const { title, CPUs, roles, A, B, C } of table) {
    it(title, () => {
      const candidates = [...candidatesIn({ A, B, C }).values()];
      const assigned = assignRoles(candidates, CPUs === 'known');
      expect(candidates.map((candidate) => assigned.get(candidate))).to.deep.equal(
        roles.split(' '),
      );
    });
  }

  it('gives every candidate a role, and no other', () => {
    const candidates = ['unwitnessed', 'witnessed', 'reached'].map((cell) => factsIn(cell));
    expect([...assignRoles(candidates, true).keys()]).to.deep.equal(candidates);
    expect([...assignRoles([], true)]).to.deep.equal([]);
  });

  it('knows a kernel in a reserve by where its code begins, and its sign lies', () => {
    const owner = factsIn('keeps=10-20');
    expect(
      ['at=9', 'at=10', 'at=19', 'at=20', 'evident'].map((cell) => reserves(owner, factsIn(cell))),
    ).to.deep.equal([false, true, true, false, false]);
    expect(
      ['at=15 sign=19', 'at=15 sign=20'].map((cell) => reserves(owner, factsIn(cell))),
    ).to.deep.equal([true, false]);
  });
});
