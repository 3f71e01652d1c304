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
    known | witnessed reached | witnessed | evident | running stale unknown

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

  calls a kernel in another's reserve capture where that says so
    unknown | witnessed keeps=10-20 at=5 | witnessed at=15 said=capture | - | crashed capture
  calls a kernel in a crashed one's reserve capture
    unknown | witnessed keeps=10-20 at=5 said=crashed | witnessed at=15 | - | crashed capture
  does so in whatever order they are found
    unknown | witnessed at=15 said=capture | witnessed keeps=10-20 at=5 | - | capture crashed
  calls no kernel capture that lies in a reserve and has no other sign
    unknown | witnessed keeps=10-20 at=5 | witnessed at=15 | - | unknown unknown
  knows neither role where CPUs reach a kernel in a reserve without a sign
    known | witnessed reached keeps=10-20 at=5 | witnessed reached at=15 | - | unknown unknown
  takes a kernel in a nested guest's reserve for no capture kernel
    known | witnessed keeps=10-20 at=5 | witnessed reached at=15 | - | unknown unknown
  calls what resumed the running kernel, and lies in its reserve, stale
    known | witnessed reached keeps=10-20 at=5 | witnessed at=15 | - | running stale
  takes the first byte of a reserve as inside
    unknown | witnessed keeps=10-20 at=5 | witnessed at=10 said=capture | - | crashed capture
  takes the byte before a reserve as outside
    unknown | witnessed keeps=10-20 at=5 | witnessed at=9 said=capture | - | unknown capture
  takes the last byte of a reserve as inside
    unknown | witnessed keeps=10-20 at=5 | witnessed at=19 said=capture | - | crashed capture
  takes the end of a reserve as outside
    unknown | witnessed keeps=10-20 at=5 | witnessed at=20 said=capture | - | unknown capture
  looks into each of several reserves
    unknown | witnessed keeps=10-20 keeps=30-40 at=5 | witnessed at=35 said=capture | - | crashed capture
  finds no crashed kernel for a capture kernel that is not seen
    unknown | witnessed keeps=0-20 at=5 | witnessed said=capture | - | unknown capture
  believes no reserve of a kernel that no witness sees
    unknown | keeps=10-20 at=5 | witnessed at=15 said=capture | - | unknown capture
  finds no capture kernel that no witness sees
    unknown | witnessed keeps=10-20 at=5 said=crashed | at=15 | - | crashed unknown
  lets a proved reserve decide before the CPUs
    known | witnessed reached keeps=10-20 at=5 | witnessed reached at=15 said=capture | - | crashed capture
  lets a proved reserve decide before what is said of the other
    known | witnessed keeps=10-20 at=5 said=running | witnessed at=15 said=capture | - | crashed capture
  lets what is said decide before a reserve without a sign
    known | witnessed keeps=10-20 at=5 said=running | witnessed at=15 said=stale | - | running stale
  makes no kernel its own capture kernel
    known | witnessed reached keeps=10-20 at=15 | - | - | running
  leaves a third kernel out of the pair
    known | witnessed keeps=10-20 at=5 | witnessed reached at=15 said=capture | witnessed at=25 | crashed capture stale
  takes neither of two kernels in each other's reserve for a capture kernel
    unknown | witnessed keeps=10-20 at=15 | witnessed keeps=10-20 at=16 | - | unknown unknown
  goes by the CPUs where two kernels lie in each other's reserve
    known | witnessed reached keeps=10-20 at=15 | witnessed keeps=10-20 at=16 | - | running stale
  calls a capture kernel that has one in its own reserve capture
    unknown | witnessed keeps=10-30 at=5 | witnessed keeps=20-30 at=15 said=capture | witnessed at=25 said=capture | crashed capture capture
  does so in whatever order the three are found
    unknown | witnessed at=25 said=capture | witnessed keeps=20-30 at=15 said=capture | witnessed keeps=10-30 at=5 | capture capture crashed
  finds two kernels in one reserve
    unknown | witnessed keeps=10-20 at=5 | witnessed at=12 said=capture | witnessed at=15 said=capture | crashed capture capture
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

  it('knows a kernel in a reserve by where its code begins', () => {
    const owner = factsIn('keeps=10-20');
    expect(
      ['at=9', 'at=10', 'at=19', 'at=20', 'evident'].map((cell) => reserves(owner, factsIn(cell))),
    ).to.deep.equal([false, true, true, false, false]);
  });
});
