import {
  type ArchitectureTable,
  type Dump,
  isSameKernel,
  type KernelLayout,
  type LayoutVerdict,
  type MemoryLayout,
  type OtherMachine,
  type PhysicalRange,
  type Verdict,
} from '@vmcorekit/core';
import type { MachineSign } from '@vmcorekit/linux';
import type { DriveOptions } from '../running/drive.ts';
import { judgeLayout, type LayoutJudgement } from './judge-layout.ts';
import { defaultTimeLimitInMilliseconds, type LocateOptions } from './locate-options.ts';
import { signsOf } from './search-as-shown.ts';

export interface LayoutSearchParts {
  readonly architectures: ArchitectureTable;
  readonly layouts: readonly KernelLayout[];
  /** Searches a dump with these options. */
  readonly search: (dump: Dump, options: LocateOptions & DriveOptions) => Promise<Verdict>;
  /** The RAM that the kernel of a verdict knows of; null where it cannot be read. */
  readonly systemRam: (dump: Dump, verdict: Verdict) => Promise<readonly PhysicalRange[] | null>;
}

/** One layout read as one machine, and what was found through it. */
interface Try extends OtherMachine {
  readonly layout: MemoryLayout;
  readonly sign: MachineSign;
  readonly verdict: Verdict;
  readonly judgement: LayoutJudgement;
  /** Makes the layout the dump's own, after `take`. */
  readonly takeLayout: () => void;
}

/** The verdict on a dump whose memory may lie in several ways; `taken` is the reading to take. */
export interface FoundLayout {
  readonly verdict: Verdict;
  readonly taken: OtherMachine | null;
}

const by = 'memory-layout';

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
  const inTime = (): LocateOptions & DriveOptions => ({
    ...options,
    timeLimitInMilliseconds: Math.max(1, limit - (performance.now() - started)),
  });
  const tries: Try[] = [];
  const signs = await signsOf(usual.dump, parts.architectures, parts.layouts, inTime());
  const seen = new Set<string>();
  for (const group of signs) {
    for (const sign of group.filter(({ architecture }) => !seen.has(architecture))) {
      seen.add(sign.architecture);
      await tryLayouts(dump, sign, parts, inTime, tries);
    }
    if (tries.some(({ verdict }) => verdict.kernel !== null)) {
      break;
    }
  }
  const [likeliest] = tries;
  return (
    answerOf(dump, tries) ??
    (likeliest === undefined
      ? await noMachine(usual.dump, parts, inTime())
      : { verdict: likeliest.verdict, taken: null })
  );
}

/** Tries the layouts that machines of a kind have, until one is proved. */
async function tryLayouts(
  dump: Dump,
  sign: MachineSign,
  { architectures, search, systemRam }: LayoutSearchParts,
  inTime: () => LocateOptions & DriveOptions,
  tries: Try[],
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
    const verdict = await search(other.dump, inTime());
    const ram = verdict.kernel === null ? null : await systemRam(other.dump, verdict);
    const judgement = judgeLayout(layout, ram);
    tries.push({ ...other, layout, sign, verdict, judgement, takeLayout: reading.take });
    const isEnough = judgement.outcome === 'proved' || layout.basis === 'told';
    if (verdict.confidence === 'certain' && isEnough && judgement.outcome !== 'denied') {
      return;
    }
  }
}

/** Several lists in a file may say the same, and so may what is usual. */
function areAlike({ placed: one }: MemoryLayout, { placed: other }: MemoryLayout): boolean {
  return (
    one.length === other.length &&
    one.every(
      ({ address, fileOffset }, index) =>
        other[index]?.address === address && other[index].fileOffset === fileOffset,
    )
  );
}

function rankOf({ memoryLayout }: Dump['image']): number {
  return memoryLayout?.basis === 'assumed' && memoryLayout.architectures === null ? 1 : 0;
}

/** Null where no layout shows a kernel. */
function answerOf(dump: Dump, tries: readonly Try[]): FoundLayout | null {
  const found = tries.filter(({ verdict }) => verdict.kernel !== null);
  const best = [
    found.filter(({ judgement }) => judgement.outcome === 'proved'),
    found.filter(
      ({ judgement, verdict }) => judgement.outcome === 'open' && verdict.confidence === 'certain',
    ),
    found.filter(({ judgement }) => judgement.outcome === 'open'),
    found,
  ].find((group) => group.length > 0);
  const [chosen, ...others] = best ?? [];
  if (chosen === undefined) {
    return null;
  }
  const { kernel } = chosen.verdict;
  const isOne = others.every(
    ({ verdict, sign }) =>
      sign.architecture === chosen.sign.architecture &&
      verdict.kernel !== null &&
      isSameKernel(verdict.kernel, kernel),
  );
  if (!isOne) {
    return { verdict: ambiguous(chosen, others), taken: null };
  }
  return {
    verdict: qualified(chosen, dump, tries),
    taken: {
      dump: chosen.dump,
      take: () => {
        chosen.take();
        chosen.takeLayout();
      },
    },
  };
}

/** The verdict, with what is known of the layout. */
function qualified(chosen: Try, dump: Dump, tries: readonly Try[]): Verdict {
  const { layout, judgement, verdict, sign } = chosen;
  const grounds = groundsOf(chosen);
  const memoryLayout: LayoutVerdict = {
    layout,
    isProved: grounds !== null,
    because: grounds ?? judgement.because,
    others: othersOf(chosen, dump, tries),
  };
  const doubt =
    judgement.outcome === 'denied'
      ? `the memory is not laid out like that: ${judgement.because}`
      : grounds === null
        ? 'where the rest of the memory lies is not proved'
        : null;
  const finding = { kind: 'remark', because: sign.because, at: sign.at } as const;
  return {
    ...verdict,
    ...(doubt === null
      ? {}
      : {
          explanation: `${verdict.explanation}; ${doubt}`,
          qualifications: [...verdict.qualifications, doubt],
        }),
    ...(judgement.outcome === 'denied' && verdict.confidence === 'certain'
      ? { confidence: 'probable' as const }
      : {}),
    remarks: [{ by, finding }, ...verdict.remarks],
    memoryLayout,
  };
}

/** What proves the layout; null where nothing does. */
function groundsOf({ judgement, layout, verdict }: Try): string | null {
  switch (judgement.outcome) {
    case 'proved':
      return judgement.because;
    case 'denied':
      return null;
    default:
      return layout.basis === 'told'
        ? layout.because
        : verdict.confidence === 'certain' && isAfterHole(layout, verdict)
          ? 'the kernel lies after the last hole, which elsewhere would hide it'
          : null;
  }
}

/** Whether a kernel in the last part of the file fixes where all parts lie. */
function isAfterHole({ placed }: MemoryLayout, { kernel }: Verdict): boolean {
  const last = placed.at(-1);
  const text = kernel?.textPhysicalAddress ?? null;
  return placed.length === 2 && last !== undefined && text !== null && text >= last.address;
}

/** The other layouts that such a machine may have, with what came of each. */
function othersOf(chosen: Try, dump: Dump, tries: readonly Try[]): LayoutVerdict['others'] {
  const { byteOrder } = chosen.dump.image;
  return (dump.memoryLayouts ?? []).flatMap(({ dump: { image } }) => {
    const layout = image.memoryLayout;
    const isOther =
      layout !== undefined &&
      !areAlike(layout, chosen.layout) &&
      image.byteOrder === byteOrder &&
      (layout.architectures ?? [chosen.sign.architecture]).includes(chosen.sign.architecture);
    if (!isOther) {
      return [];
    }
    const tried = tries.find((each) => areAlike(each.layout, layout) && each.sign === chosen.sign);
    return [{ layout, because: tried === undefined ? 'not tried' : outcomeOf(tried, chosen) }];
  });
}

function outcomeOf({ verdict, judgement }: Try, chosen: Try): string {
  if (verdict.kernel === null) {
    return 'no kernel can be seen through it';
  }
  if (judgement.outcome === 'denied') {
    return judgement.because;
  }
  return isSameKernel(verdict.kernel, chosen.verdict.kernel)
    ? `it shows the same kernel; ${judgement.because}`
    : `it shows a kernel that is ${verdict.confidence}`;
}

function ambiguous(chosen: Try, others: readonly Try[]): Verdict {
  const all = [chosen, ...others];
  const names = all.map(({ layout, sign }) => `${sign.architecture} with memory at ${layout.name}`);
  return {
    ...chosen.verdict,
    kernel: null,
    confidence: 'ambiguous',
    reason: 'ambiguous',
    explanation: `different kernels are seen through several layouts of the memory, and nothing selects one: ${names.join(' or ')}`,
    candidates: all.flatMap(({ verdict }) => verdict.candidates),
    matchedSymbols: [],
  };
}

/** The answer for memory that shows no sign of a machine. */
async function noMachine(
  dump: Dump,
  { search }: LayoutSearchParts,
  options: LocateOptions & DriveOptions,
): Promise<FoundLayout> {
  const verdict = await search(dump, options);
  const isUnknown = verdict.reason === 'unsupported-architecture';
  return {
    verdict: isUnknown
      ? { ...verdict, reason: 'no-kernel', explanation: 'no kernel was found in this memory' }
      : verdict,
    taken: null,
  };
}
