import {
  type CandidateFinding,
  type Dump,
  type Finding,
  type Heuristic,
  type HeuristicContext,
  hex,
  type KernelClaim,
  type Progress,
  plural,
} from '@vmcorekit/core';
import {
  claimOfNote,
  type ImagePlace,
  kaslrOffsetByCopy,
  ownNotesIn,
  type ParsedNote,
  type PhysicalKallsyms,
  physicalAddressIn,
  placesOfTables,
  rootOfPlace,
  tokenAddressOf,
  vmcoreInfoClaim,
} from '@vmcorekit/linux';
import { placeOf } from './image-claim.ts';
import { tablesIn } from './scans/kallsyms-tables.ts';
import { sideBySide } from './scans/side-by-side.ts';

/**
 * The symbols that a kernel keeps about itself, straight out of physical memory: an image is
 * contiguous there, so no page tables are needed. The place of the table gives the image offset:
 * its own symbol says where the kernel sees it. Without that symbol the VMCOREINFO of the same
 * kernel says it. A kernel file that was only loaded into memory is not where its symbols say.
 * Symbols and notes then name the root of the page tables, for the witnesses.
 */
export const kallsymsSearch: Heuristic = {
  name: 'kallsyms-search',
  summary: "finds a kernel's own symbols in physical memory, and by their place the kernel",
  needs: ['kernel-layout'],
  cost: 'scan',
  yields: [
    'imageOffset',
    'physBase',
    'linearMapOffset',
    'kaslrOffset',
    'textVirtualAddress',
    'textPhysicalAddress',
    'root',
    'release',
    'buildId',
    'byteOrder',
  ],
  looksAt: 'every stored page, for the tokens of kallsyms; the start of each, for VMCOREINFO',
  architectures: 'any',
  options: {},
  run: search,
};

function* search(context: HeuristicContext): Generator<Finding | Progress, void, void> {
  const { dump } = context;
  const { tables, areTooMany } = yield* sideBySide(context, tablesIn(context));
  if (areTooMany) {
    yield {
      kind: 'remark',
      because: 'memory holds more tables of symbols than a machine has; the rest was not searched',
      at: [],
    };
  }
  const notes = tables.length === 0 ? [] : yield* ownNotesIn(context);
  const places = placesOfTables(dump, tables, notes);
  for (const place of places) {
    yield* findingsOf(dump, place, tables);
  }
  const placed = new Set(places.map(({ found }) => found));
  const others = tables.filter((table) => !placed.has(table));
  if (others.length > 0) {
    yield {
      kind: 'remark',
      because: `${plural(others.length, 'table')} of symbols lie where no kernel says it has them: files, or kernels whose notes are lost`,
      at: others.map((table) => ({ physicalAddress: tokenAddressOf(table) })),
    };
  }
}

function* findingsOf(
  dump: Dump,
  place: ImagePlace,
  tables: readonly PhysicalKallsyms[],
): Generator<Finding, void, void> {
  const { found, imageOffset, isBySymbol, note } = place;
  const { layout } = dump;
  if (layout === null) {
    return;
  }
  const root = rootOfPlace(dump, place);
  const text = textOf(dump, place);
  const kaslrOffset = kaslrOffsetByCopy(layout, place, tables);
  const claim: KernelClaim = {
    ...placeOf(imageOffset, layout),
    ...text,
    ...(root === undefined ? {} : { root }),
    ...(kaslrOffset === undefined ? {} : { kaslrOffset }),
    ...(found.byteOrder === dump.image.memory.byteOrder ? {} : { byteOrder: found.byteOrder }),
  };
  const tokens = tokenAddressOf(found);
  const virtual = BigInt.asUintN(64, imageOffset + BigInt(tokens));
  const at: CandidateFinding['at'] = [{ physicalAddress: tokens, virtualAddress: virtual }];
  yield {
    kind: 'candidate',
    evidence: 'symbols',
    strength: 'strong',
    claim,
    because: `the tokens of ${plural(found.table.size, 'symbol')} lie at ${hex(tokens)}, and ${isBySymbol ? 'they have kallsyms_token_table' : 'the VMCOREINFO of the same kernel has them'} at ${hex(virtual)}`,
    at,
  };
  if (note !== undefined) {
    const stated = claimOfNote(note, dump);
    // A note that states no place says no more than the symbols do.
    const isIndependent = isBySymbol || stated.imageOffset !== undefined;
    yield {
      kind: 'candidate',
      evidence: 'vmcoreinfo',
      strength: isIndependent ? 'strong' : 'weak',
      claim: { ...stated, ...placeOf(imageOffset, layout), ...text },
      because: `the note at ${hex(note.address)} has the parts of these symbols where they lie`,
      at: [{ physicalAddress: note.address }],
    };
  }
}

/** Where the text begins, if the table names it, or the image or the kernel's note says it. */
export function textOf(
  dump: Dump,
  { found: { table, arePhysical }, imageOffset, note }: ImagePlace,
): Pick<KernelClaim, 'textVirtualAddress' | 'textPhysicalAddress'> {
  const { image, layout } = dump;
  const physicalOf = (name: string): number | undefined => {
    const address = table.find(name)?.address;
    return address === undefined
      ? undefined
      : arePhysical
        ? Number(address)
        : physicalAddressIn(imageOffset, address);
  };
  const stext = physicalOf('_stext');
  const text =
    physicalOf('_text') ??
    (stext === undefined
      ? undefined
      : (layout?.textStartBefore?.(image.memory, stext) ?? textInNote(dump, note, imageOffset)));
  return text === undefined
    ? {}
    : {
        textVirtualAddress: BigInt.asUintN(64, BigInt(text) + imageOffset),
        textPhysicalAddress: text,
      };
}

function textInNote(
  dump: Dump,
  note: ParsedNote | undefined,
  imageOffset: bigint,
): number | undefined {
  const virtual = note && vmcoreInfoClaim(note.info, dump).textVirtualAddress;
  return virtual === undefined ? undefined : physicalAddressIn(imageOffset, virtual);
}
