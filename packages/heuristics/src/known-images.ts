import type { HeuristicContext, Progress, TranslationRoot } from '@vmcorekit/core';
import { type KernelImage, kernelImageOfCpu, kernelImageThrough } from '@vmcorekit/linux';
import { foundByTables } from './page-table-search.ts';

/** A kernel's image, and whether a CPU's own translation leads to it. */
export interface KnownImage {
  readonly image: KernelImage;
  readonly reachedByCpu: boolean;
}

/** Every kernel that the CPUs' roots or the roots of earlier findings lead to, each once. */
export function knownImages({ dump, findings }: HeuristicContext): KnownImage[] {
  const mmu = dump.architecture?.mmu;
  const ofCpus = dump.cpus.flatMap((cpu): KnownImage[] => {
    const root = mmu?.rootOf(cpu.registers);
    const image = root === undefined ? undefined : kernelImageOfCpu(dump, root);
    return image === undefined ? [] : [{ image, reachedByCpu: true }];
  });
  const ofFindings = rootsIn(findings.map(({ finding }) => finding)).flatMap((root) =>
    imageThrough(dump, root),
  );
  return distinct([...ofCpus, ...ofFindings]);
}

/** Known kernels; where there are none, those that a search through all tables finds. */
export function* allImages(context: HeuristicContext): Generator<Progress, KnownImage[], void> {
  const known = knownImages(context);
  if (known.length > 0) {
    return known;
  }
  const roots = rootsIn(yield* foundByTables(context));
  return distinct(roots.flatMap((root) => imageThrough(context.dump, root)));
}

function imageThrough(dump: HeuristicContext['dump'], root: TranslationRoot): KnownImage[] {
  const image = kernelImageThrough(dump, root);
  return image === undefined ? [] : [{ image, reachedByCpu: false }];
}

function rootsIn(
  findings: readonly HeuristicContext['findings'][number]['finding'][],
): TranslationRoot[] {
  return findings.flatMap((finding) =>
    finding.kind === 'candidate' ? (finding.claim.root ?? []) : [],
  );
}

/** One image for each kernel. Leaves out user halves, which show a part of it. */
function distinct(found: readonly KnownImage[]): KnownImage[] {
  const images = new Map<number, KnownImage>();
  for (const known of found) {
    if (known.image.isMappedByItself && !images.has(known.image.middleTable)) {
      images.set(known.image.middleTable, known);
    }
  }
  return [...images.values()];
}
