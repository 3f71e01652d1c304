import type { Dump, Verdict } from '@vmcorekit/core';
import { facts } from '../../layout/section.ts';
import type { Style } from '../../layout/style.ts';
import { nextFacts } from '../next/next-facts.ts';
import { nextLines } from '../next/next-lines.ts';
import { shellWord } from '../shell-word.ts';
import { answerFacts } from './answer-facts.ts';
import type { ProbeReportContext } from './context.ts';
import { damageLine } from './damage-line.ts';
import { doubtLines } from './doubt-lines.ts';
import { dumpFacts } from './dump-facts.ts';
import { evidenceSummary } from './evidence-summary.ts';
import { kernelLines, otherKernels } from './other-kernels.ts';
import { titled } from './titled.ts';
import { verdictHeading } from './verdict-heading.ts';

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
        ...dumpFacts(dump, verdict),
      ],
      style,
    ),
    ...evidenceSummary(verdict, style),
    ...kernelLines(others, style, kernel === null ? 'Candidates' : 'Other kernels'),
    ...doubtLines(verdict, style, vmlinuxOf),
    ...damageLine(dump, verdict, style),
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
