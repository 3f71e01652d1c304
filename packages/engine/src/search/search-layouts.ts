import type {
  ArchitectureTable,
  Dump,
  Kernel,
  KernelLayout,
  MemoryLayout,
  Verdict,
} from '@vmcorekit/core';
import { lastPagesMapped, type MachineSign, systemRamRanges } from '@vmcorekit/linux';
import type { DriveOptions } from '../running/drive.ts';
import { answerOf, areAlike, type FoundLayout, type LayoutTry } from './answer-layouts.ts';
import { judgeByPages, judgeLayout, type LayoutJudgement } from './judge-layout.ts';
import { defaultTimeLimitInMilliseconds, type LocateOptions } from './locate-options.ts';
import { limitsAfter, signSearch, signsOf } from './search-as-shown.ts';
import { unfinished } from './unfinished.ts';

export interface LayoutSearchParts {
  readonly architectures: ArchitectureTable;
  readonly layouts: readonly KernelLayout[];
  /** Searches a dump with these options. */
  readonly search: (dump: Dump, options: LocateOptions & DriveOptions) => Promise<Verdict>;
  /** Opens the kernel of a verdict; null where it has none. */
  readonly openKernel: (dump: Dump, verdict: Verdict) => Promise<Kernel | null>;
}

/**
 * Searches a dump that does not say where its memory lies: in each possible layout, as each machine
 * that its memory shows signs of. The right layout is the one through which witnesses see a kernel,
 * and that the kernel's own list of memory agrees with. A kernel may lie where several layouts are
 * alike: then they must show the same one, and the layout is not proved. Null where the dump itself
 * says how its memory lies.
 */
export async function searchLayouts(
  dump: Dump,
  parts: LayoutSearchParts,
  options: LocateOptions & DriveOptions,
): Promise<FoundLayout | null> {
  const [usual] = dump.memoryLayouts ?? [];
  if (usual === undefined) {
    return null;
  }
  const started = performance.now();
  const limit = options.timeLimitInMilliseconds ?? defaultTimeLimitInMilliseconds;
  const left = (): number => limit - (performance.now() - started);
  const inTime = (): LocateOptions & DriveOptions => ({
    ...options,
    timeLimitInMilliseconds: Math.max(1, left()),
  });
  const tries: LayoutTry[] = [];
  const signs = await signsOf(usual.dump, parts.architectures, parts.layouts, inTime());
  const seen = new Set<string>();
  for (const group of signs.kinds) {
    for (const sign of group.filter(({ architecture }) => !seen.has(architecture))) {
      seen.add(sign.architecture);
      const within = (): LocateOptions & DriveOptions => ({
        ...inTime(),
        ...limitsAfter(signs, options),
      });
      await tryLayouts(dump, sign, parts, () => (left() > 0 ? within() : null), tries);
    }
    if (tries.some(({ verdict }) => verdict.kernel !== null)) {
      break;
    }
  }
  const answer = answerOf(dump, tries);
  if (answer !== null) {
    return answer;
  }
  const verdict =
    tries[0]?.verdict ??
    (await noMachine(usual.dump, parts, left() > 0 ? inTime() : { ...options, ...nothingMore }));
  const isCut = left() <= 0 && verdict.reason !== 'timed-out';
  return {
    verdict:
      signs.reached !== null
        ? unfinished(verdict, signSearch, signs.reached)
        : isCut
          ? unfinished(verdict, 'memory-layout', 'timed-out')
          : verdict,
    taken: null,
  };
}

/** Tries the layouts that machines of a kind have, until one is proved. */
async function tryLayouts(
  dump: Dump,
  sign: MachineSign,
  { architectures, search, openKernel }: LayoutSearchParts,
  inTime: () => (LocateOptions & DriveOptions) | null,
  tries: LayoutTry[],
): Promise<void> {
  const byteOrder = architectures.named(sign.architecture)?.byteOrder ?? 'little';
  // What is usual for this kind of machine comes before what is possible for any.
  const readings = (dump.memoryLayouts ?? []).toSorted(
    (one, another) => rankOf(one.dump.image) - rankOf(another.dump.image),
  );
  for (const reading of readings) {
    const { image } = reading.dump;
    const layout = image.memoryLayout;
    const isPossible =
      image.byteOrder === byteOrder &&
      (layout?.architectures ?? [sign.architecture]).includes(sign.architecture);
    const isTried = tries.some(
      (each) => each.sign === sign && layout !== undefined && areAlike(each.layout, layout),
    );
    const other = isPossible && !isTried ? reading.dump.readAs?.(sign.architecture) : undefined;
    if (layout === undefined || other == null) {
      continue;
    }
    const within = inTime();
    if (within === null) {
      return;
    }
    const verdict = await search(other.dump, within);
    const judgement = judgementOf(layout, await openKernel(other.dump, verdict));
    tries.push({ ...other, layout, sign, verdict, judgement, takeLayout: reading.take });
    const isEnough = judgement.outcome === 'proved' || layout.basis === 'told';
    if (verdict.confidence === 'certain' && isEnough && judgement.outcome !== 'denied') {
      return;
    }
    if (isWithoutTrace(verdict, within)) {
      return;
    }
  }
}

/**
 * What the kernel seen through a layout says of it. In a layout that the user gave wrongly, its
 * list of memory may itself be out of reach.
 */
function judgementOf(layout: MemoryLayout, kernel: Kernel | null): LayoutJudgement {
  const ram = kernel === null ? null : systemRamRanges(kernel);
  return (
    (layout.basis === 'told' && kernel !== null && ram === null
      ? judgeByPages(layout, lastPagesMapped(kernel))
      : null) ?? judgeLayout(layout, ram)
  );
}

/**
 * Whether a search met nothing of a kernel. Notes, banners and symbols are found by what they hold,
 * whatever the layout: without any of them, no other layout shows more.
 */
function isWithoutTrace(
  { evidence, candidates, remarks, reason }: Verdict,
  { only, skip, leftOut }: LocateOptions,
): boolean {
  return (
    reason === 'no-kernel' &&
    evidence.length + candidates.length + remarks.length === 0 &&
    only === undefined &&
    skip === undefined &&
    leftOut === undefined
  );
}

function rankOf({ memoryLayout }: Dump['image']): number {
  return memoryLayout?.basis === 'assumed' && memoryLayout.architectures === null ? 1 : 0;
}

/** A search that no time is left for: it only says what was not run. */
const nothingMore = { only: [], onlyBecause: 'the time limit was reached before it' } as const;

/** The answer for memory that shows no sign of a machine. */
async function noMachine(
  dump: Dump,
  { search }: LayoutSearchParts,
  options: LocateOptions & DriveOptions,
): Promise<Verdict> {
  const verdict = await search(dump, options);
  return verdict.reason === 'unsupported-architecture'
    ? { ...verdict, reason: 'no-kernel', explanation: 'no kernel was found in this memory' }
    : verdict;
}
