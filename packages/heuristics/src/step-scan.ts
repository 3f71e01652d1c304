import type { Dump, Finding, Heuristic, HeuristicContext, OptionValue, Progress } from '@vmcorekit/core';
import { byEntryCode } from './step-scan/by-entry-code.ts';
import { bySymbols } from './step-scan/by-symbols.ts';

const pageSizeInBytes = 4096;
const triesAStep = 16;
const remarksAtMost = 8;

/**
 * Tries every place where the image could have been loaded: with a symbol file, whether the banner lies where that would put it; without
 * one, whether the page there is the code that brings up a processor, whose operands lead to `phys_base` and to the root table. Either way
 * the answer is read from the `phys_base` variable and believed only where the image's own page tables, found inside it, agree.
 * Steps of 2 MiB suffice for relocatable kernels (Linux, arch/x86/Kconfig, PHYSICAL_ALIGN); `from=0 to=32MiB step=1MiB` is the search of old.
 */
export const stepScan: Heuristic = {
  name: 'step-scan',
  summary: 'tries every address where the kernel image could have been loaded',
  needs: ['paging', 'kernel-layout'],
  cost: 'scan',
  yields: ['physBase', 'kaslrOffset', 'textVirtualAddress', 'textPhysicalAddress', 'pageTableRoot', 'pagingLevels'],
  looksAt: "one page a step, where the image or its banner would begin; where that fits, the image's own page tables",
  architectures: ['x86_64'],
  options: {
    from: {
      type: 'size',
      summary: 'least distance from where the image was linked to be loaded; unset: from address 0 on',
      default: null,
    },
    to: { type: 'size', summary: 'greatest distance; unset: up to the end of memory', default: null },
    step: { type: 'size', summary: 'distance between two tries, whole pages', default: 0x20_0000, minimum: pageSizeInBytes },
  },
  run: scan,
};

function* scan(
  { dump, symbolFiles }: HeuristicContext,
  options: Readonly<Record<string, OptionValue | null>>,
): Generator<Finding | Progress, void, void> {
  const layout = dump.architecture?.kernelLayout;
  if (layout === undefined) {
    return;
  }
  const linked = symbolFiles.filter((symbols) => symbols.addresses === 'link');
  const told = new Set<number>();
  let tries = 0;
  let remarks = 0;
  for (const symbols of linked.length === 0 ? [undefined] : linked) {
    const textLink = symbols?.addressOf('_text') ?? layout.usualTextLinkAddress;
    const linkedAt = Number(textLink - layout.imageWindowStart);
    const { from, to, step } = rangeOf(options, dump, linkedAt);
    for (let loadDelta = from; loadDelta <= to; loadDelta += step) {
      if (++tries % triesAStep === 0) {
        yield { kind: 'progress', doing: 'trying load addresses', fraction: (loadDelta - from) / Math.max(1, to - from) };
      }
      const place = { loadDelta, textPhysicalAddress: linkedAt + loadDelta };
      const found = symbols === undefined ? byEntryCode(dump, place, layout) : bySymbols(dump, place, layout, symbols);
      if (found?.kind === 'candidate' && !told.has(found.claim.physBase ?? 0)) {
        told.add(found.claim.physBase ?? 0);
        yield found;
      }
      if (found?.kind === 'remark' && remarks++ < remarksAtMost) {
        yield found;
      }
    }
  }
}

/** The range in load deltas, cut to where the text would lie in memory. */
function rangeOf(
  options: Readonly<Record<string, OptionValue | null>>,
  dump: Dump,
  linkedAt: number,
): { readonly from: number; readonly to: number; readonly step: number } {
  const end = dump.image.memory.ranges.at(-1)?.end ?? 0;
  const from = typeof options['from'] === 'number' ? options['from'] : -linkedAt;
  const to = typeof options['to'] === 'number' ? options['to'] : end;
  const step = typeof options['step'] === 'number' ? options['step'] : 0;
  const skipped = Math.max(0, Math.ceil((-linkedAt - from) / step)) * step;
  return { from: from + skipped, to: Math.min(to, end - linkedAt - 1), step };
}
