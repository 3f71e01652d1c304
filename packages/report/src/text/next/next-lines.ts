import { isSameKernel, type LocatedKernel, type Verdict } from '@vmcorekit/core';
import type { Style } from '../../layout/style.ts';
import { crashedFirst } from '../crashed-first.ts';
import { kernelPlaceText } from '../kernel-place.ts';
import { type NextSubject, nextCommands } from './next-command.ts';
import type { NextFacts } from './next-facts.ts';

/**
 * The commands for the kernel chosen, and for each other that is as sure, with the option that
 * chooses it. The crashed kernel comes first: an analyst may want it, not its capture kernel.
 */
export function nextLines(
  facts: NextFacts,
  verdict: Verdict,
  style: Style,
  vmlinuxOf: (kernel: LocatedKernel) => string | undefined,
): string[] {
  const subjects = subjectsOf(verdict);
  const all = subjects.map((subject) => ({
    ...subject,
    ...nextCommands(subject, facts, vmlinuxOf(subject.kernel)),
  }));
  const hints = new Set(all.flatMap((each) => each.hints));
  return [
    ...all.flatMap(({ kernel, steps }) => [
      ...(subjects.length < 2
        ? []
        : [`  the ${kernel.role} kernel at ${kernelPlaceText(kernel)}:`]),
      ...steps.flatMap(({ command, because }) => [
        `  ${style.strong(command)}`,
        ...(because === null ? [] : [style.faint(`    ${because}`)]),
      ]),
    ]),
    ...[...hints].map((hint) => style.faint(`  ${hint}`)),
  ];
}

/**
 * The kernels to go on with, a crashed one first, then the chosen one; none in a file that cannot
 * be read.
 */
function subjectsOf({ kernel, confidence, candidates, reason }: Verdict): NextSubject[] {
  if (reason === 'source-failed') {
    return [];
  }
  const subjects = candidates.map((candidate) => ({
    ...candidate,
    isChosen: isSameKernel(candidate.kernel, kernel),
  }));
  const chosen = subjects
    .filter(({ isChosen }) => isChosen)
    .map((subject) => ({ ...subject, confidence }));
  const others = subjects.filter(
    (subject) => !subject.isChosen && subject.isWitnessed && subject.confidence !== 'none',
  );
  return crashedFirst([...chosen, ...others]);
}
