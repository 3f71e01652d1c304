import { hex, type KernelClaim, printable, type Testimony, type Witness } from '@vmcorekit/core';
import { kernelFacts } from '../kernel-facts.ts';

/**
 * Reads `linux_banner` through the candidate's page tables, at the address the kernel's own symbols give. PTI's user halves map the
 * entry code, but neither symbols nor banner: they fall silent here.
 */
export const banner: Witness = {
  name: 'banner',
  summary: "reads the kernel's banner (Linux version …) through the candidate's page tables",
  architectures: 'any',
  *testify(context, candidate) {
    const { space } = candidate;
    const symbols = yield* candidate.symbols();
    const address = symbols?.addressOf('linux_banner');
    if (space === null || symbols === undefined || address === undefined) {
      return;
    }
    const facts = kernelFacts(space, symbols, context.dump.image.memory.byteOrder);
    if (facts.banner === undefined) {
      return;
    }
    yield {
      verdict: 'for',
      evidence: 'symbols',
      strength: 'strong',
      throughPageTables: true,
      claim: facts,
      because: `linux_banner (${symbols.from}) reads '${printable(facts.banner)}'`,
      at: [{ virtualAddress: address, physicalAddress: space.translate(address).physicalAddress }],
    };
    yield* disagreement(candidate.claim, facts.release, address);
  },
};

/** Another release claimed for the same place is of another kernel, or a lie: worth a line, and no reason to doubt the page tables. */
function* disagreement(claim: KernelClaim, release: string | undefined, address: bigint): Generator<Testimony, void, void> {
  if (claim.release !== undefined && release !== undefined && claim.release !== release) {
    yield {
      verdict: 'against',
      evidence: 'symbols',
      strength: 'weak',
      throughPageTables: true,
      claim: { release },
      because: `the banner at ${hex(address)} is of release ${printable(release)}, not ${printable(claim.release)}`,
      at: [{ virtualAddress: address }],
    };
  }
}
