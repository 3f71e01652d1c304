import { type Dump, plural, sizeText, type Verdict } from '@vmcorekit/core';
import { facts, section } from '../../layout/section.ts';
import type { Style } from '../../layout/style.ts';
import { conditionLines } from '../damage-lines.ts';
import { dumpText } from '../dump-text.ts';
import { evidenceLines } from '../evidence-lines.ts';
import { evidenceSections } from '../evidence-sections.ts';
import { nextFacts } from '../next/next-facts.ts';
import { nextLines } from '../next/next-lines.ts';
import { originLines } from '../origin-lines.ts';
import { candidateLines } from './candidate-lines.ts';
import type { ProbeReportContext } from './context.ts';
import { kernelFacts } from './kernel-facts.ts';
import { layoutLines, notRunLines, remarkLines } from './search-notes.ts';
import { verdictHeading } from './verdict-heading.ts';

/** All that a search found, for people: the verdict, what it rests on, and what to do next. */
export function fullProbeReport(
  dump: Dump,
  verdict: Verdict,
  style: Style,
  { milliseconds, vmlinuxOf, ruleLines, here }: ProbeReportContext,
): string {
  const { kernel } = verdict;
  return [
    ...verdictHeading(dump, verdict, verdict.explanation, style),
    ...facts(
      [...(kernel === null ? [] : kernelFacts(kernel, style, vmlinuxOf)), ['dump', dumpText(dump)]],
      style,
    ),
    ...evidenceSections(verdict, style),
    ...section('Contradictions', evidenceLines(verdict.contradictions, style), style),
    ...section('Candidates', candidateLines(verdict, style), style),
    ...section('Layouts of memory', layoutLines(verdict.memoryLayout, style), style),
    ...section('Origin', originLines(verdict.origin, style), style),
    ...section('Damage', conditionLines(dump.damage, style), style),
    ...section('Remarks', remarkLines(verdict.remarks, style), style),
    ...section('Rules', ruleLines, style),
    ...section('Not run', notRunLines(verdict.notRun, style), style),
    ...section('Next', nextLines(nextFacts(dump, verdict, here), verdict, style, vmlinuxOf), style),
    '',
    style.faint(costText(dump, milliseconds)),
    '',
  ].join('\n');
}

function costText(dump: Dump, milliseconds: number): string {
  const { pagesRead, bytesRead, transfer } = dump.statistics;
  const fetched =
    transfer === undefined
      ? ''
      : `; ${sizeText(transfer.bytesFetched)} fetched in ${plural(transfer.requests, 'request')}`;
  return `${plural(pagesRead, 'page', 'pages', thousands(pagesRead))}, ${sizeText(bytesRead)} read in ${(milliseconds / 1000).toFixed(2)} s${fetched}`;
}

/** `1,563`. Loading the data of Intl would take longer than a probe's reads. */
function thousands(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
