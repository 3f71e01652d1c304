import { hex, type KernelClaim, orUnreadable, printable, type Testimony, type Witness } from '@vmcorekit/core';
import { bannerAt, buildIdFrom, releaseOf } from '../kernel-identity.ts';

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
    const text = space === null || address === undefined ? undefined : bannerAt(space, address);
    if (space === null || symbols === undefined || address === undefined || text === undefined) {
      return;
    }
    const release = releaseOf(text);
    const buildId = buildIdFrom(space, symbols, context.dump.image.memory.byteOrder);
    const start = symbols.addressOf('_text') ?? symbols.addressOf('_stext');
    const physical = start === undefined ? undefined : orUnreadable(() => space.translate(start).physicalAddress);
    yield {
      verdict: 'for',
      evidence: 'symbols',
      strength: 'strong',
      throughPageTables: true,
      claim: {
        banner: text,
        ...(release === undefined ? {} : { release }),
        ...(buildId === undefined ? {} : { buildId }),
        ...(start === undefined ? {} : { textVirtualAddress: start }),
        ...(physical === undefined ? {} : { textPhysicalAddress: physical }),
      },
      because: `linux_banner (${symbols.from}) reads '${printable(text)}'`,
      at: [{ virtualAddress: address, physicalAddress: space.translate(address).physicalAddress }],
    };
    yield* disagreement(candidate.claim, release, address);
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
