import {
  type CandidateFinding,
  type Dump,
  hex,
  type KernelLayout,
  latin1UntilNul,
  type RemarkFinding,
  type SymbolTable,
  tryRead,
} from '@vmcorekit/core';
import { bannerStart } from '@vmcorekit/linux';
import { placeOf } from '../image-claim.ts';
import { type LoadPlace, provedImage } from './load-place.ts';

const windowSizeInBytes = 0x4000_0000;

/**
 * The kernel of these symbols, if its banner lies where this load address puts it. `phys_base` is
 * read from the variable of that name; the KASLR offset is the rest of the distance. Both count
 * only where the image's own tables agree. A banner alone yields a remark.
 */
export function bySymbols(
  dump: Dump,
  place: LoadPlace,
  layout: KernelLayout,
  symbols: SymbolTable,
): CandidateFinding | RemarkFinding | undefined {
  const { memory } = dump.image;
  const loaded = (name: string): number | undefined => {
    const address = symbols.find(name)?.address;
    return address === undefined
      ? undefined
      : Number(address - layout.imageWindow(null).start) + place.loadDelta;
  };
  const text = symbols.find('_text')?.address;
  const bannerAt = loaded('linux_banner');
  if (
    text === undefined ||
    bannerAt === undefined ||
    bannerAt < 0 ||
    !hasBanner(dump, bannerAt, symbols)
  ) {
    return undefined;
  }
  const variable = loaded('phys_base');
  const physBase =
    variable === undefined
      ? undefined
      : tryRead(() => Number(BigInt.asIntN(64, memory.readUint64(variable))));
  const rootTable = layout.rootTableSymbols.map(loaded).find((table) => table !== undefined);
  const kaslrOffset = place.loadDelta - (physBase ?? 0);
  const isPlausible =
    kaslrOffset >= 0 &&
    kaslrOffset < windowSizeInBytes &&
    kaslrOffset % layout.imageAlignmentInBytes === 0;
  const image =
    physBase === undefined || rootTable === undefined || !isPlausible
      ? undefined
      : provedImage(dump, place, physBase, rootTable);
  if (image === undefined) {
    return {
      kind: 'remark',
      because: `a banner lies at ${hex(bannerAt)} as in ${symbols.from}, but its page tables are not where that file has them: a copy, or another kernel`,
      at: [{ physicalAddress: bannerAt }],
    };
  }
  return {
    kind: 'candidate',
    evidence: 'symbols',
    strength: 'strong',
    claim: {
      ...placeOf(image.imageOffset, layout),
      kaslrOffset,
      textVirtualAddress: text + BigInt(kaslrOffset),
      textPhysicalAddress: place.textPhysicalAddress,
      root: image.root,
    },
    because:
      `with ${symbols.from} the banner lies at ${hex(bannerAt)} and phys_base, ${hex(physBase ?? 0)}, at ${hex(variable ?? 0)}: ` +
      `the image is ${hex(place.loadDelta)} above its link-time load address`,
    at: [
      { physicalAddress: bannerAt },
      { physicalAddress: variable ?? 0 },
      { physicalAddress: image.root.tableAddress ?? 0 },
    ],
  };
}

/** The banner's first words, or all of it where the symbols hold it. */
function hasBanner(dump: Dump, physicalAddress: number, symbols: SymbolTable): boolean {
  const expected = symbols.banner?.trimEnd() ?? bannerStart;
  const bytes = tryRead(() => dump.image.memory.read(physicalAddress, expected.length));
  return bytes !== undefined && latin1UntilNul(bytes) === expected;
}
