import {
  type CandidateFinding,
  type Dump,
  type Finding,
  type Heuristic,
  type HeuristicContext,
  hex,
  type KernelLayout,
  type Options,
  type Progress,
  type SymbolTable,
} from '@vmcorekit/core';
import { claimOf, imageClaimFields } from './image-claim.ts';
import { byEntryCode, type EnteredImage } from './step-scan/by-entry-code.ts';
import { bySymbols } from './step-scan/by-symbols.ts';
import type { LoadPlace } from './step-scan/load-place.ts';

const pageSizeInBytes = 4096;
const triesPerStep = 16;
const maxRemarks = 8;

/**
 * Tries every address where the image could have been loaded. With a symbol file, it checks whether
 * the banner lies where that address would put it. Without one, it checks whether an image begins
 * there whose entry code leads to `phys_base` and to the root table. Both read the answer from the
 * `phys_base` variable, and believe it only where the image's own page tables, found inside it,
 * agree. Steps of 2 MiB suffice for relocatable kernels (Linux, arch/x86/Kconfig, PHYSICAL_ALIGN).
 * `from=0 to=32MiB step=1MiB` is the traditional search.
 */
export const stepScan: Heuristic = {
  name: 'step-scan',
  summary: 'tries every address where the kernel image could have been loaded',
  needs: ['paging', 'kernel-layout'],
  cost: 'scan',
  yields: imageClaimFields,
  looksAt:
    "one page a step, where the image or its banner would begin; where that fits, the image's own page tables",
  architectures: ['x86_64'],
  options: {
    from: {
      type: 'size',
      summary: 'smallest distance from the link-time load address; unset: from address 0 on',
      default: null,
    },
    to: {
      type: 'size',
      summary: 'largest distance; unset: up to the end of memory',
      default: null,
    },
    step: {
      type: 'size',
      summary: 'distance between two tries, in whole pages',
      default: 0x20_0000,
      minimum: pageSizeInBytes,
    },
  },
  run: scan,
};

function* scan(
  context: HeuristicContext,
  options: Options,
): Generator<Finding | Progress, void, void> {
  const { dump } = context;
  const { layout } = dump;
  if (layout === null) {
    return;
  }
  const linked = context.symbolFiles.filter((symbols) => symbols.addresses === 'link');
  if (linked.length === 0) {
    yield* scanForEntryCode(dump, layout, options);
  }
  for (const symbols of linked) {
    yield* scanWithSymbols(dump, layout, options, symbols);
  }
}

function* scanForEntryCode(
  dump: Dump,
  layout: KernelLayout,
  options: Options,
): Generator<Finding | Progress, void, void> {
  const windowStart = layout.imageWindow(null).start;
  let imageEnd = 0;
  for (const step of places(
    dump,
    options,
    Number((layout.usualTextLinkAddress ?? windowStart) - windowStart),
  )) {
    if ('kind' in step) {
      yield step;
    } else if (step.textPhysicalAddress >= imageEnd) {
      const found = yield* byEntryCode(dump, step, layout);
      if (found !== undefined) {
        const last = found.image.runs.at(-1);
        imageEnd = last === undefined ? 0 : last.physicalAddress + last.lengthInBytes;
        yield findingOf(found, layout, step);
      }
    }
  }
}

function* scanWithSymbols(
  dump: Dump,
  layout: KernelLayout,
  options: Options,
  symbols: SymbolTable,
): Generator<Finding | Progress, void, void> {
  const text = symbols.find('_text')?.address;
  if (text === undefined) {
    return;
  }
  let remarks = 0;
  for (const step of places(dump, options, Number(text - layout.imageWindow(null).start))) {
    const found = 'kind' in step ? step : bySymbols(dump, step, layout, symbols);
    if (found?.kind !== 'remark' || remarks++ < maxRemarks) {
      yield* found === undefined ? [] : [found];
    }
  }
}

/**
 * Every address to try, ascending: a whole number of steps from `from`, with the start of the text
 * inside memory. Yields progress between.
 */
function* places(
  dump: Dump,
  options: Options,
  linkedAt: number,
): Generator<LoadPlace | Progress, void, void> {
  const { ranges } = dump.image.memory;
  const end = ranges.at(-1)?.end ?? 0;
  const step = typeof options.step === 'number' ? options.step : pageSizeInBytes;
  const from = typeof options.from === 'number' ? options.from : -linkedAt;
  const to = Math.min(typeof options.to === 'number' ? options.to : Infinity, end - linkedAt - 1);
  let tries = 0;
  for (const range of ranges) {
    const skipped = Math.max(0, Math.ceil((range.start - linkedAt - from) / step));
    const last = Math.min(to, range.end - linkedAt - 1);
    for (let loadDelta = from + skipped * step; loadDelta <= last; loadDelta += step) {
      if (++tries % triesPerStep === 0) {
        yield {
          kind: 'progress',
          doing: 'trying load addresses',
          fraction: Math.min(1, (loadDelta - from) / (to - from + 1)),
        };
      }
      yield { loadDelta, textPhysicalAddress: linkedAt + loadDelta };
    }
  }
}

function findingOf(
  { image, variable }: EnteredImage,
  layout: KernelLayout,
  place: LoadPlace,
): CandidateFinding {
  return {
    kind: 'candidate',
    evidence: 'paging',
    ...claimOf(image, layout),
    because:
      `an image begins at ${hex(place.textPhysicalAddress)}: its phys_base variable at ${hex(variable)} holds ${hex(layout.physBaseOf(image.imageOffset) ?? 0)}, ` +
      `and its root table at ${hex(image.root.tableAddress ?? 0)} maps it there`,
    at: [
      { physicalAddress: place.textPhysicalAddress },
      { physicalAddress: variable },
      { physicalAddress: image.root.tableAddress ?? 0 },
    ],
  };
}
