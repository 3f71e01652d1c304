import {
  type Dump,
  type Finding,
  type Heuristic,
  type HeuristicContext,
  hex,
  type Progress,
  tryRead,
} from '@vmcorekit/core';
import { isEveryCpuIn, type KernelImage, kernelImageThrough, pagesNamedIn } from '@vmcorekit/linux';
import { claimOf, firstMappingOf, imageClaimFields } from './image-claim.ts';

/** Firmware may keep the first range for itself. */
const maxRanges = 2;
/** The text of 6.1 and 6.12 names the root in its first 256 KiB. */
const searchedInBytes = 0x10_0000;
const chunkSizeInBytes = 0x4_0000;
/** Measured: 33 pages in 2 MiB of code. */
const maxPagesPerChunk = 48;

/** An image, and where its code names its root. */
interface NamedImage {
  readonly image: KernelImage;
  readonly codeAddress: number;
}

/**
 * The kernel where boot loaders put it, by the page tables that its code names. It costs some
 * hundred pages, where a search for tables costs all of memory. The code must lie in the protected
 * text of the image that these tables map. And every CPU must be in that text, where KASLR or the
 * linear map leaves no other kernel the same addresses: else another kernel may be the one that
 * runs, and all memory is searched.
 */
export const namedTables: Heuristic = {
  name: 'named-tables',
  summary: "follows the kernel's code, where boot loaders put it, to its page tables",
  needs: ['cpu-registers', 'paging', 'kernel-layout'],
  cost: 'pages',
  yields: imageClaimFields,
  looksAt: 'the start of the text at the usual load addresses; pages whose starts this code names',
  architectures: ['arm64'],
  options: {},
  run,
};

function* run({ dump }: HeuristicContext): Generator<Finding | Progress, void, void> {
  const { layout } = dump;
  if (layout === null) {
    return;
  }
  for (const { start } of dump.image.memory.ranges.slice(0, maxRanges)) {
    for (const distance of layout.usualTextDistances ?? []) {
      const found = yield* imageWithTextAt(dump, start + distance);
      if (found !== undefined) {
        const { image, codeAddress } = found;
        const table = image.root.tableAddress ?? 0;
        yield {
          kind: 'candidate',
          evidence: 'paging',
          ...claimOf(image, layout),
          because: `the code at ${hex(codeAddress)} names the page at ${hex(table)}, and the CPUs are in the image that it maps: ${firstMappingOf(image)}, through ${image.root.summary}`,
          at: [{ physicalAddress: codeAddress }, { physicalAddress: table }],
          reachedByCpu: true,
        };
        return;
      }
    }
  }
}

/** The image whose text begins at or before an address, if every CPU was in it. */
function* imageWithTextAt(
  dump: Dump,
  text: number,
): Generator<Progress, NamedImage | undefined, void> {
  const { architecture, image, layout } = dump;
  const judged = new Set<number>();
  for (let done = 0; done < searchedInBytes; done += chunkSizeInBytes) {
    yield { kind: 'progress', doing: "reading the kernel's code", fraction: null };
    const codeAddress = text + done;
    const code = tryRead(() => image.memory.read(codeAddress, chunkSizeInBytes));
    const pages =
      code === undefined ? [] : pagesNamedIn(architecture?.name ?? '', code, codeAddress);
    for (const page of pages.slice(0, maxPagesPerChunk)) {
      if (judged.has(page)) {
        continue;
      }
      judged.add(page);
      const window = layout?.imageWindow(null);
      const roots = window && architecture?.mmu?.kernelRootsAt?.(image.memory, page, window);
      for (const step of roots ?? []) {
        if ('kind' in step) {
          yield step;
          continue;
        }
        const found = kernelImageThrough(dump, step.root);
        if (
          found !== undefined &&
          holdsAsText(found, codeAddress, chunkSizeInBytes) &&
          isEveryCpuIn(dump, found.runs)
        ) {
          return { image: found, codeAddress };
        }
      }
    }
  }
  return undefined;
}

/** Whether an image maps physical memory as text that the kernel protects from writes. */
function holdsAsText(
  { runs }: KernelImage,
  physicalAddress: number,
  lengthInBytes: number,
): boolean {
  return runs.some(
    (each) =>
      each.isExecutable &&
      !each.isWritable &&
      each.physicalAddress <= physicalAddress &&
      physicalAddress + lengthInBytes <= each.physicalAddress + each.lengthInBytes,
  );
}
