import {
  hex,
  type KernelClaim,
  type KernelView,
  type Progress,
  printable,
  type Testimony,
  type Witness,
} from '@vmcorekit/core';
import {
  bannerAt,
  chooseBanner,
  type FoundBanner,
  findBanners,
  kernelFacts,
  utsnameIn,
} from '@vmcorekit/linux';

/** An image holds at most two; a hostile one any number. */
const maxBanners = 16;
/** What `uname -r` may print. */
const wholeRelease = /^[!-~]{1,64}$/;

/**
 * Reads `linux_banner` through the candidate's page tables, at the address that the kernel's own
 * symbols give. Without such an address it searches the read-only data. Whole banners of a single
 * kernel count there, but prove less. PTI's user halves map the entry code, but neither symbols nor
 * banner, so this witness says nothing about them.
 */
export const banner: Witness = {
  name: 'banner',
  summary: "reads the kernel's banner (Linux version …) through the candidate's page tables",
  architectures: 'any',
  *testify(_context, { kernel, claim }) {
    const address = kernel?.symbols.find('linux_banner')?.address;
    if (kernel !== null && address !== undefined) {
      yield* bySymbols(kernel, claim, address);
    } else if (kernel !== null) {
      yield* bySearch(kernel, claim);
    }
  },
};

function* bySymbols(
  kernel: KernelView,
  claim: KernelClaim,
  address: bigint,
): Generator<Testimony, void, void> {
  const { memory, symbols } = kernel;
  const text = bannerAt(memory, address);
  if (text === undefined) {
    return;
  }
  const facts = kernelFacts(kernel);
  yield {
    stance: 'for',
    evidence: 'symbols',
    strength: 'strong',
    isThroughPageTables: true,
    claim: facts,
    because: `linux_banner (${symbols.from}) reads '${printable(text)}'`,
    at: [{ virtualAddress: address, physicalAddress: memory.translate(address).physicalAddress }],
  };
  yield* otherRelease(kernel, facts.release, address);
  yield* disagreement(claim, facts.release, address);
}

function* bySearch(
  kernel: KernelView,
  claim: KernelClaim,
): Generator<Testimony | Progress, void, void> {
  const { memory } = kernel;
  const found: FoundBanner[] = [];
  for (const step of findBanners(kernel)) {
    if (step === undefined) {
      yield {
        kind: 'progress',
        doing: "searching the kernel's read-only data for its banner",
        fraction: null,
      };
    } else if (found.push(step) > maxBanners) {
      return;
    }
  }
  const chosen = chooseBanner(found.map(({ text }) => text));
  const shown = found.find(({ text }) => text === chosen?.banner) ?? found[0];
  if (chosen === undefined || shown === undefined) {
    return;
  }
  const { release, banner: own } = chosen;
  yield {
    stance: 'for',
    // A window proves no mapping: there the symbols bound the search.
    evidence: kernel.root.tableAddress === null ? 'symbols' : 'paging',
    strength: 'strong',
    isThroughPageTables: true,
    claim: {
      ...(own === undefined ? {} : { banner: own }),
      ...(release === undefined ? {} : { release }),
    },
    because: `${own === undefined || found.length === 1 ? 'the only banner' : `of ${found.length} banners the one with a build number`} in the read-only data reads '${printable(shown.text)}'`,
    at: [
      {
        virtualAddress: shown.address,
        physicalAddress: memory.translate(shown.address).physicalAddress,
      },
    ],
  };
  yield* otherRelease(kernel, release, shown.address);
  yield* disagreement(claim, release, shown.address);
}

/**
 * The kernel keeps its release twice: in the banner and in `init_uts_ns`. Where the two differ, one
 * is damaged, and nothing shows which. A claim of equal weight then leaves the release undecided.
 * Source: Linux, init/version.c and init/version-timestamp.c.
 */
function* otherRelease(
  kernel: KernelView,
  release: string | undefined,
  bannerAddress: bigint,
): Generator<Testimony, void, void> {
  const address = kernel.symbols.find('init_uts_ns')?.address;
  const other =
    address === undefined || release === undefined ? undefined : utsnameIn(kernel, null)?.release;
  if (
    address === undefined ||
    release === undefined ||
    other === undefined ||
    other === release ||
    !wholeRelease.test(other)
  ) {
    return;
  }
  yield {
    stance: 'for',
    evidence: 'symbols',
    strength: 'strong',
    isThroughPageTables: true,
    claim: { release: other },
    because: `init_uts_ns (${kernel.symbols.from}) is of release ${printable(other)}, the banner at ${hex(bannerAddress)} of ${printable(release)}`,
    at: [{ virtualAddress: address }],
  };
}

/**
 * A claim of another release for the same place is about another kernel, or a lie. It gets a line
 * in the report, and is no reason to doubt the page tables.
 */
function* disagreement(
  claim: KernelClaim,
  release: string | undefined,
  address: bigint,
): Generator<Testimony, void, void> {
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
