import {
  type Dump,
  type HeuristicContext,
  hex,
  isVmcorekitError,
  type PhysicalAddress,
  type Progress,
  plural,
  type TranslationRoot,
  type Witness,
} from '@vmcorekit/core';
import {
  type ImagePlace,
  kernelLooks,
  ownNotesIn,
  physicalAddressIn,
  placesOfTables,
} from '@vmcorekit/linux';
import { textOf } from '../kallsyms-search.ts';
import { checkPass } from '../scans/check-pass.ts';
import { tablesIn } from '../scans/kallsyms-tables.ts';
import { sideBySide } from '../scans/side-by-side.ts';

/** Fewer may be a coincidence, or a hostile page. */
const fewestTables = 2;
const maxTables = 4096;

/**
 * The tables that an image holds, where the dump lacks those that map the image: riscv64's
 * /proc/vmcore leaves out the memory that Linux reserved for them. The root and these tables lead
 * to one another by physical addresses, and the symbols name them by virtual ones. So they prove
 * the image offset through the kernel's own page tables. Searches memory for the symbols. Source:
 * Linux, arch/riscv/mm/init.c (swapper_pg_dir, fixmap_pud, fixmap_pmd, fixmap_pte).
 */
export const staticTables: Witness = {
  name: 'static-tables',
  summary:
    "follows the kernel's root to tables in its image that symbols name, where the dump lacks those of the image",
  architectures: 'any',
  *testify(context, { kernel, claim: { imageOffset } }) {
    const { dump } = context;
    const names = dump.layout?.staticTables ?? [];
    const root = kernel !== null || names.length === 0 ? undefined : rootInNote(dump, imageOffset);
    if (root === undefined || !isImageLost(dump, root)) {
      return;
    }
    const place = yield* placeAt(context, imageOffset);
    const below = place === undefined ? new Set<PhysicalAddress>() : tablesBelow(dump, root);
    const met = names.filter((name) => below.has(physicalOf(place, name) ?? Number.NaN));
    if (place !== undefined && met.length >= fewestTables) {
      yield {
        stance: 'for',
        evidence: 'paging',
        strength: 'strong',
        isThroughPageTables: true,
        claim: { imageOffset, root, ...textOf(dump, place) },
        because: `the root at ${hex(root.tableAddress ?? 0)} leads to ${plural(met.length, 'table')} of the image where the symbols have them: ${met.join(', ')}`,
        at: met.map((name) => ({ physicalAddress: physicalOf(place, name) ?? 0 })),
      };
    }
  },
};

/** The root that the file's VMCOREINFO names, if it says this image offset. */
function rootInNote(
  { architecture, layout, vmcoreinfo }: Dump,
  imageOffset: bigint,
): TranslationRoot | undefined {
  const stated = vmcoreinfo === null ? undefined : layout?.readVmcoreInfo(vmcoreinfo);
  return stated?.rootTable === undefined || stated.claim.imageOffset !== imageOffset
    ? undefined
    : architecture?.mmu
        ?.rootsAt(physicalAddressIn(imageOffset, stated.rootTable))
        .find(({ levels }) => levels === stated.levels);
}

/** Whether the walk to the image ends at a table that is not in the dump. */
function isImageLost({ architecture, image, layout }: Dump, root: TranslationRoot): boolean {
  const window = layout?.imageWindow(root);
  try {
    if (window !== undefined) {
      architecture?.mmu?.translate(image.memory, root, window.start);
    }
    return false;
  } catch (error) {
    if (isVmcorekitError(error, 'not-mapped') || isVmcorekitError(error, 'page-unreadable')) {
      return error.code === 'page-unreadable';
    }
    throw error;
  }
}

/** The only symbols in memory that lie where a kernel with this offset has them. */
function* placeAt(
  context: HeuristicContext,
  imageOffset: bigint,
): Generator<Progress, ImagePlace | undefined, void> {
  checkPass(context.dump, kernelLooks);
  const { tables } = yield* sideBySide(context, tablesIn(context));
  const notes = tables.length === 0 ? [] : yield* ownNotesIn(context);
  const places = placesOfTables(context.dump, tables, notes).filter(
    (place) => place.imageOffset === imageOffset,
  );
  return places.length === 1 ? places[0] : undefined;
}

function tablesBelow({ architecture, image }: Dump, root: TranslationRoot): Set<PhysicalAddress> {
  const pages = architecture?.mmu?.tablePages?.(image.memory, [root], maxTables) ?? [];
  return new Set(Array.from(pages, ({ physicalAddress }) => physicalAddress));
}

function physicalOf(place: ImagePlace | undefined, name: string): PhysicalAddress | undefined {
  const address = place?.found.table.find(name)?.address;
  return place === undefined || address === undefined
    ? undefined
    : place.found.arePhysical
      ? Number(address)
      : physicalAddressIn(place.imageOffset, address);
}
