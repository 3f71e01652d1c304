import {
  type Dump,
  hex,
  type LocatedKernel,
  type NotRun,
  plural,
  printable,
  sizeText,
  type Verdict,
} from '@vmcorekit/core';
import { facts, section } from '../layout/section.ts';
import type { Style } from '../layout/style.ts';
import { table } from '../layout/table.ts';
import { crashedFirst } from './crashed-first.ts';
import { conditionLines } from './damage-lines.ts';
import { dumpText } from './dump-text.ts';
import { evidenceLines } from './evidence-lines.ts';
import { evidenceSections } from './evidence-sections.ts';
import { kernelPlace, rootText } from './kernel-place.ts';
import { type NextFacts, nextFacts } from './next/next-facts.ts';
import { nextLines } from './next/next-lines.ts';
import { originLines } from './origin-lines.ts';

export interface ProbeReportContext {
  readonly milliseconds: number;
  readonly verbose: boolean;
  /** What rules said of the search, ready to print; none where there are no rules. */
  readonly ruleLines: readonly string[];
  /** The path of the user's own vmlinux of a kernel, where one was given. */
  readonly vmlinuxOf: (kernel: LocatedKernel) => string | undefined;
  /** What the next commands depend on beside the dump. */
  readonly here: Pick<NextFacts, 'areFiles' | 'host'>;
}

/** The answer for people: the verdict first, then what it rests on, then what to do next. */
export function probeReport(
  dump: Dump,
  verdict: Verdict,
  style: Style,
  { milliseconds, verbose, vmlinuxOf, ruleLines, here }: ProbeReportContext,
): string {
  const { kernel } = verdict;
  const remarks = verdict.remarks.map(({ by, finding }) => [by, printable(finding.because)]);
  return [
    ...heading(dump, verdict, style),
    ...facts(
      [
        ...(kernel === null ? [] : kernelFacts(kernel, style, { verbose, vmlinuxOf })),
        ['dump', dumpText(dump)],
      ],
      style,
    ),
    ...evidenceSections(verdict, style),
    ...section('Contradictions', evidenceLines(verdict.contradictions, style), style),
    ...section('Candidates', candidateLines(verdict, style, verbose), style),
    ...section('Origin', originLines(verdict.origin, style, verbose), style),
    ...section('Damage', conditionLines(dump.damage, style), style),
    ...section(
      'Remarks',
      table([{ title: 'by' }, { title: 'remark', isFlexible: true }], remarks, style),
      style,
    ),
    ...section('Rules', ruleLines, style),
    ...section('Not run', notRunLines(verdict.notRun, style, verbose), style),
    ...section('Next', nextLines(nextFacts(dump, verdict, here), verdict, style, vmlinuxOf), style),
    '',
    style.faint(costText(dump, milliseconds)),
    '',
  ].join('\n');
}

function heading(dump: Dump, verdict: Verdict, style: Style): string[] {
  const paint =
    verdict.confidence === 'certain'
      ? style.good
      : verdict.confidence === 'none'
        ? style.bad
        : style.doubtful;
  const files = dump.files.map(printable).join(', ');
  return [
    `${style.strong(files)}: ${paint(verdict.confidence)}: ${printable(verdict.explanation)}`,
  ];
}

function kernelFacts(
  kernel: LocatedKernel,
  style: Style,
  { verbose, vmlinuxOf }: Pick<ProbeReportContext, 'verbose' | 'vmlinuxOf'>,
): [label: string, value: string][] {
  const [placeLabel, place] = kernelPlace(kernel);
  const text =
    kernel.textVirtualAddress === null
      ? 'not proved'
      : hex(kernel.textVirtualAddress) +
        (kernel.textPhysicalAddress === null
          ? ''
          : ` at physical ${hex(kernel.textPhysicalAddress)}`);
  const tables =
    kernel.root === null ? 'not known' : rootText({ ...kernel.root, levels: kernel.pagingLevels });
  return [
    [placeLabel, style.strong(place)],
    [
      'KASLR offset',
      kernel.kaslrOffset !== null
        ? style.strong(hex(kernel.kaslrOffset))
        : `not proved${vmlinuxOf(kernel) === undefined ? ' (--symbols VMLINUX proves it)' : ''}`,
    ],
    ['kernel', `${printable(kernel.release ?? 'release not proved')} (${kernel.role})`],
    ['build ID', printable(kernel.buildId ?? 'not proved')],
    ['text', text],
    ['page tables', tables],
    ...(verbose && kernel.banner !== null
      ? [['banner', printable(kernel.banner)] as [string, string]]
      : []),
  ];
}

/**
 * A candidate that nothing supports (a header's zero) is worth a line only where there is nothing
 * better.
 */
function candidateLines(verdict: Verdict, style: Style, verbose: boolean): string[] {
  const shown = verdict.candidates.filter(
    (candidate) => verbose || verdict.kernel === null || candidate.confidence !== 'none',
  );
  if (shown.length < 2) {
    return [];
  }
  return table(
    [
      shown.some(({ kernel }) => kernel.physBase === null) ? 'image offset' : 'phys_base',
      'KASLR offset',
      'role',
      'confidence',
      'release',
      'witnessed',
      'CPU reaches it',
      'file names it',
    ].map((title) => ({
      title,
    })),
    crashedFirst(shown).map(
      ({ kernel, confidence, isWitnessed, isReachedByCpu, isNamedByFile }) => [
        kernelPlace(kernel)[1],
        kernel.kaslrOffset === null ? '–' : hex(kernel.kaslrOffset),
        kernel.role,
        confidence,
        printable(kernel.release ?? '–'),
        yesNo(isWitnessed),
        yesNo(isReachedByCpu),
        yesNo(isNamedByFile),
      ],
    ),
    style,
  );
}

/** What was not run and why: folded to one line, the reasons shared; in full when asked. */
function notRunLines(notRun: readonly NotRun[], style: Style, verbose: boolean): string[] {
  if (verbose) {
    const rows = notRun.map(({ name, because }) => [name, printable(because)]);
    return table([{ title: 'name' }, { title: 'because', isFlexible: true }], rows, style);
  }
  const namesByReason = new Map<string, string[]>();
  for (const { name, because } of notRun) {
    namesByReason.set(because, [...(namesByReason.get(because) ?? []), name]);
  }
  const folded = [...namesByReason]
    .map(([because, names]) => `${names.join(', ')} (${printable(because)})`)
    .join('; ');
  return folded === ''
    ? []
    : [`  ${folded.length > style.width - 2 ? `${folded.slice(0, style.width - 3)}…` : folded}`];
}

function costText(dump: Dump, milliseconds: number): string {
  const { pagesRead, bytesRead } = dump.statistics;
  return `${plural(pagesRead, 'page', 'pages', thousands(pagesRead))}, ${sizeText(bytesRead)} read in ${(milliseconds / 1000).toFixed(2)} s`;
}

function yesNo(is: boolean): string {
  return is ? 'yes' : 'no';
}

/** `1,563`. Intl would do it, but loading its data takes longer than a probe's reads. */
function thousands(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
