import {
  type Candidate,
  type Dump,
  hex,
  hintOf,
  isSameKernel,
  type LocatedKernel,
  type Origin,
  printable,
  type Verdict,
} from '@vmcorekit/core';
import { facts } from '../../layout/section.ts';
import type { Style } from '../../layout/style.ts';
import { wrap } from '../../layout/wrap.ts';
import { crashedFirst } from '../crashed-first.ts';
import { architectureText } from '../dump-text.ts';
import { kernelPlaceText } from '../kernel-place.ts';
import { nextFacts } from '../next/next-facts.ts';
import { nextLines } from '../next/next-lines.ts';
import { shellWord } from '../shell-word.ts';
import { damageLine } from './damage-line.ts';
import { doubtLines } from './doubt-lines.ts';
import { evidenceSummary } from './evidence-summary.ts';
import { placeFacts } from './kernel-facts.ts';
import type { ProbeReportContext } from './probe-report.ts';
import { verdictHeading } from './verdict-heading.ts';

/** Kernels shown, apart from the one chosen; of more only the number. */
const maxOthers = 4;

/** Kernels with commands, like a crashed one and its capture kernel. */
const maxKernelsToOpen = 2;

/**
 * The answer in about twelve lines: the verdict, the kernel, the strongest evidence, and what to do
 * next. What speaks against the answer has a line or is counted.
 */
export function shortProbeReport(
  dump: Dump,
  verdict: Verdict,
  style: Style,
  { vmlinuxOf, ruleLines, here }: ProbeReportContext,
): string {
  const { kernel, origin } = verdict;
  const others = otherKernels(verdict);
  const isPlain = kernel !== null && others.length === 0;
  const because = isPlain ? verdict.qualifications.join('; ') : verdict.explanation;
  const next = nextLines(
    nextFacts(dump, verdict, here),
    verdict,
    style,
    vmlinuxOf,
    maxKernelsToOpen,
  );
  return [
    ...verdictHeading(dump, verdict, because, style),
    ...facts(
      [
        ...(kernel === null ? [] : answerFacts(dump, kernel, origin, style, vmlinuxOf)),
        ['dump', `${formatText(dump)}, ${originText(origin)}`],
      ],
      style,
    ),
    ...evidenceSummary(verdict, style),
    ...kernelLines(others, style, kernel === null ? 'Candidates' : 'Other kernels'),
    ...doubtLines(verdict, style, vmlinuxOf),
    ...damageLine(dump, style),
    ...titled('Rules', ruleLines, style),
    ...titled('Next', next.length > 0 ? next : inspectionLines(dump, verdict, style), style),
    '',
  ].join('\n');
}

/** How to go on with a dump in which there is no kernel to open. */
function inspectionLines({ files }: Dump, { reason }: Verdict, style: Style): string[] {
  return reason === 'no-kernel' || reason === 'unsupported-architecture'
    ? [
        `  ${style.strong(`vmcorekit info ${files.map(shellWord).join(' ')}`)}`,
        style.faint('    shows the format, the memory map, CPUs and notes'),
      ]
    : [];
}

function titled(title: string, lines: readonly string[], style: Style): string[] {
  return lines.length === 0 ? [] : [style.strong(title), ...lines];
}

function answerFacts(
  { image }: Dump,
  kernel: LocatedKernel,
  { writtenBy }: Origin,
  style: Style,
  vmlinuxOf: ProbeReportContext['vmlinuxOf'],
): (readonly [label: string, value: string])[] {
  const [[label, place], kaslrOffset] = placeFacts(kernel, style, vmlinuxOf);
  const hint = hintOf(image.facts, 'physBase');
  const stated = hint === undefined || hint.isUnknownMarker ? null : BigInt.asIntN(64, hint.value);
  const isOther = stated !== null && kernel.physBase !== null && stated !== BigInt(kernel.physBase);
  const whose = stated === 0n && writtenBy === 'qemu' ? ": QEMU's default" : '';
  return [
    [label, isOther ? `${place}  (header says ${hex(stated)}${whose})` : place],
    kaslrOffset,
    ['kernel', `${printable(kernel.release ?? 'release not proved')}, ${kernel.role}`],
  ];
}

function formatText({ image, container, files, architecture }: Dump): string {
  const format = image.format + (container === null ? '' : ` in a ${container} file`);
  const parts = files.length > 1 ? `, joined from ${files.length} parts` : '';
  return `${format}${parts}, ${printable(architectureText(architecture, image))}`;
}

function originText({ capturedBy, writtenBy }: Origin): string {
  if (capturedBy === writtenBy) {
    return capturedBy === 'unknown'
      ? 'origin not known'
      : `captured and written by ${printable(capturedBy)}`;
  }
  const by = (what: string, who: string): string =>
    who === 'unknown' ? `${what} by an unknown tool` : `${what} by ${printable(who)}`;
  return `${by('captured', capturedBy)}, ${by('written', writtenBy)}`;
}

/** What else may be the kernel meant; all candidates where none was chosen. */
function otherKernels({ kernel, candidates }: Verdict): readonly Candidate[] {
  return crashedFirst(
    candidates.filter(
      (candidate) =>
        kernel === null ||
        (!isSameKernel(candidate.kernel, kernel) &&
          (candidate.isWitnessed || candidate.confidence !== 'none')),
    ),
  );
}

function kernelText({ kernel, confidence, evidence, contradictions }: Candidate): string {
  const { kaslrOffset, release, role } = kernel;
  const known = [
    kernelPlaceText(kernel),
    ...(kaslrOffset === null ? [] : [`KASLR offset ${hex(kaslrOffset)}`]),
    ...(release === null ? [] : [printable(release)]),
    ...(role === 'unknown' ? [] : [role]),
  ].join(', ');
  return `${known}: ${confidence}, ${evidence.length} agree, ${contradictions.length} against`;
}

function kernelLines(kernels: readonly Candidate[], style: Style, title: string): string[] {
  const supported = kernels.filter((kernel) => kernel.isWitnessed || isSupported(kernel));
  const shown = supported.slice(0, maxOthers);
  const lines = shown.flatMap((candidate) =>
    wrap(kernelText(candidate), style.width - 4).map((line, index) =>
      index === 0 ? `  ${line}` : `    ${line}`,
    ),
  );
  const more = supported.length - shown.length;
  const hinted = kernels.length - supported.length;
  return titled(
    title,
    [
      ...lines,
      ...(more > 0 ? [`  ${more} more (--verbose)`] : []),
      ...(hinted > 0 ? [`  ${hinted} that only a hint names (--verbose)`] : []),
    ],
    style,
  );
}

/** Whether anything says so that is worth something alone. */
function isSupported({ evidence }: Candidate): boolean {
  return evidence.some(({ strength }) => strength !== 'hint');
}
