import {
  type HeuristicContext,
  hex,
  type KernelClaim,
  type Progress,
  printable,
  type SymbolTable,
  type Testimony,
  type Witness,
  type WitnessedCandidate,
} from '@vmcorekit/core';
import { type FoundBanner, findBanners, kernelFacts, releaseOf } from '@vmcorekit/linux';

/**
 * Reads `linux_banner` through the candidate's page tables, at the address the kernel's own symbols give. A kernel without symbols is
 * searched: one whole banner in its read-only data counts, but says less. PTI's user halves map the entry code, but neither symbols nor
 * banner: they fall silent here.
 */
export const banner: Witness = {
  name: 'banner',
  summary: "reads the kernel's banner (Linux version …) through the candidate's page tables",
  architectures: 'any',
  *testify(context, candidate) {
    const symbols = yield* candidate.symbols();
    const address = symbols?.addressOf('linux_banner');
    if (symbols !== undefined && address !== undefined) {
      yield* bySymbols(context, candidate, symbols, address);
    } else {
      yield* bySearch(context, candidate);
    }
  },
};

function* bySymbols(
  { dump }: HeuristicContext,
  { space, claim }: WitnessedCandidate,
  symbols: SymbolTable,
  address: bigint,
): Generator<Testimony, void, void> {
  const facts = space === null ? {} : kernelFacts(space, symbols, dump.image.memory.byteOrder);
  if (space === null || facts.banner === undefined) {
    return;
  }
  yield {
    stance: 'for',
    evidence: 'symbols',
    strength: 'strong',
    isThroughPageTables: true,
    claim: facts,
    because: `linux_banner (${symbols.from}) reads '${printable(facts.banner)}'`,
    at: [{ virtualAddress: address, physicalAddress: space.translate(address).physicalAddress }],
  };
  yield* disagreement(claim, facts.release, address);
}

function* bySearch(
  { dump }: HeuristicContext,
  { space, runs, claim }: WitnessedCandidate,
): Generator<Testimony | Progress, void, void> {
  if (space === null) {
    return;
  }
  const found: FoundBanner[] = [];
  for (const step of findBanners(space, runs, dump.image.memory.byteOrder)) {
    if (step === undefined) {
      yield { kind: 'progress', doing: "searching the kernel's read-only data for its banner", fraction: null };
    } else if (found.push(step) > 1) {
      return;
    }
  }
  const [only] = found;
  if (only === undefined) {
    return;
  }
  const release = releaseOf(only.text);
  yield {
    stance: 'for',
    evidence: 'paging',
    strength: 'strong',
    isThroughPageTables: true,
    claim: { banner: only.text, ...(release === undefined ? {} : { release }) },
    because: `the only banner in the read-only data reads '${printable(only.text)}'`,
    at: [{ virtualAddress: only.address, physicalAddress: space.translate(only.address).physicalAddress }],
  };
  yield* disagreement(claim, release, only.address);
}

/** Another release claimed for the same place is of another kernel, or a lie: worth a line, and no reason to doubt the page tables. */
function* disagreement(claim: KernelClaim, release: string | undefined, address: bigint): Generator<Testimony, void, void> {
  if (claim.release !== undefined && release !== undefined && claim.release !== release) {
    yield {
      stance: 'against',
      evidence: 'symbols',
      strength: 'weak',
      isThroughPageTables: true,
      claim: { release },
      because: `the banner at ${hex(address)} is of release ${printable(release)}, not ${printable(claim.release)}`,
      at: [{ virtualAddress: address }],
    };
  }
}
