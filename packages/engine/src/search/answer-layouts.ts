import {
  type Dump,
  isSameKernel,
  type LayoutVerdict,
  type MemoryLayout,
  type OtherMachine,
  type Verdict,
} from '@vmcorekit/core';
import type { MachineSign } from '@vmcorekit/linux';
import type { LayoutJudgement } from './judge-layout.ts';

/** One layout read as one machine, and what was found through it. */
export interface LayoutTry extends OtherMachine {
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
 * The answer of all layouts that were tried. A layout that the kernel's own list of memory proves
 * comes first, then those that show a certain kernel. Null where none shows a kernel.
 */
export function answerOf(dump: Dump, tries: readonly LayoutTry[]): FoundLayout | null {
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
function qualified(chosen: LayoutTry, dump: Dump, tries: readonly LayoutTry[]): Verdict {
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
      ? `the memory is not laid out ${layout.basis === 'told' ? 'as given, or the file is cut' : 'like that'}: ${judgement.because}`
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
function groundsOf({ judgement, layout, verdict }: LayoutTry): string | null {
  switch (judgement.outcome) {
    case 'proved':
      return judgement.because;
    case 'denied':
      return null;
    default:
      return layout.basis === 'told'
        ? `${layout.because}; ${judgement.because}`
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
function othersOf(
  chosen: LayoutTry,
  dump: Dump,
  tries: readonly LayoutTry[],
): LayoutVerdict['others'] {
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

function outcomeOf({ verdict, judgement }: LayoutTry, chosen: LayoutTry): string {
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

function ambiguous(chosen: LayoutTry, others: readonly LayoutTry[]): Verdict {
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

/** Several lists in a file may say the same, and so may what is usual. */
export function areAlike({ placed: one }: MemoryLayout, { placed: other }: MemoryLayout): boolean {
  return (
    one.length === other.length &&
    one.every(
      ({ address, fileOffset }, index) =>
        other[index]?.address === address && other[index].fileOffset === fileOffset,
    )
  );
}
