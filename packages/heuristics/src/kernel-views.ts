import { type HeuristicContext, PagedAddressSpace, type PagingRoot, type Progress } from '@vmcorekit/core';
import { type KernelImage, kernelImageOfCpu, kernelImageThrough } from '@vmcorekit/linux';
import { foundByTables } from './page-table-search.ts';

/** A kernel image and the virtual memory around it, through one root. */
export interface KernelView {
  readonly image: KernelImage;
  readonly space: PagedAddressSpace;
  readonly reachedByCpu: boolean;
}

/** Every kernel that the CPUs' roots or the roots of earlier findings lead to, once each. */
export function knownViews(context: HeuristicContext): KernelView[] {
  const { dump, findings } = context;
  const paging = dump.architecture?.paging;
  const ofCpus = dump.cpus.flatMap((cpu) => {
    const root = paging?.rootOf(cpu.registers);
    const image = root === undefined ? undefined : kernelImageOfCpu(dump, root);
    return image === undefined ? [] : [{ image, reachedByCpu: true }];
  });
  const ofFindings = rootsIn(findings.map(({ finding }) => finding)).flatMap((root) => imageThrough(context, root));
  return distinctViews(context, [...ofCpus, ...ofFindings]);
}

/** Known kernels; where there is none, those that a search through all tables finds. */
export function* allViews(context: HeuristicContext): Generator<Progress, KernelView[], void> {
  const known = knownViews(context);
  if (known.length > 0) {
    return known;
  }
  const roots = rootsIn(yield* foundByTables(context));
  return distinctViews(
    context,
    roots.flatMap((root) => imageThrough(context, root)),
  );
}

function imageThrough({ dump }: HeuristicContext, root: PagingRoot): Pick<KernelView, 'image' | 'reachedByCpu'>[] {
  const image = kernelImageThrough(dump, root);
  return image === undefined ? [] : [{ image, reachedByCpu: false }];
}

function rootsIn(findings: readonly HeuristicContext['findings'][number]['finding'][]): PagingRoot[] {
  return findings.flatMap((finding) => {
    const { pageTableRoot, pagingLevels } = finding.kind === 'candidate' ? finding.claim : {};
    return pageTableRoot === undefined || pagingLevels === undefined ? [] : [{ pageTableRoot, levels: pagingLevels }];
  });
}

/** One view a kernel: user halves, which show a part of it, are left out. */
function distinctViews({ dump }: HeuristicContext, found: readonly Pick<KernelView, 'image' | 'reachedByCpu'>[]): KernelView[] {
  const paging = dump.architecture?.paging;
  const views = new Map<number, KernelView>();
  for (const { image, reachedByCpu } of found) {
    if (paging !== undefined && image.isMappedByItself && !views.has(image.middleTable)) {
      views.set(image.middleTable, { image, reachedByCpu, space: new PagedAddressSpace(dump.image.memory, paging, image.root) });
    }
  }
  return [...views.values()];
}
