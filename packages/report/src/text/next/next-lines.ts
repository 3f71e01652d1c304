import { isSameKernel, type LocatedKernel, plural, type Verdict } from '@vmcorekit/core';
import type { Style } from '../../layout/style.ts';
import { crashedFirst } from '../crashed-first.ts';
import { kernelPlaceText } from '../kernel-place.ts';
import { shellWord } from '../shell-word.ts';
import { gdbSteps } from './gdb-step.ts';
import { type NextStep, type NextSubject, nextCommands } from './next-command.ts';
import type { NextFacts } from './next-facts.ts';

/** The commands for some kernels of a verdict. */
export interface NextBlocks {
  readonly kernels: readonly { readonly title: string; readonly steps: readonly NextStep[] }[];
  /** Kernels that were left out. */
  readonly more: number;
  readonly hints: readonly string[];
}

/**
 * The commands for the kernel chosen, and for each other kernel that a witness confirms. The
 * crashed kernel comes first: an analyst may want it, not its capture kernel.
 */
export function nextBlocks(
  facts: NextFacts,
  verdict: Verdict,
  vmlinuxOf: (kernel: LocatedKernel) => string | undefined,
  maxKernels: number = Number.POSITIVE_INFINITY,
): NextBlocks {
  const all = subjectsOf(verdict);
  const blocks = all.slice(0, maxKernels).map((subject) => {
    const { steps, hints } = nextCommands(subject, facts, vmlinuxOf(subject.kernel));
    const { kernel } = subject;
    return {
      title: `the ${roleBefore(kernel)}kernel at ${kernelPlaceText(kernel)}`,
      steps: [...steps, ...gdbSteps(subject, facts)],
      hints,
    };
  });
  return {
    kernels: blocks.map(({ title, steps }) => ({ title, steps })),
    more: all.length - blocks.length,
    hints: [
      ...new Set([
        ...blocks.flatMap((each) => each.hints),
        ...placingHints(facts.files, verdict.memoryLayout),
      ]),
    ],
  };
}

/** The same as lines. */
export function nextLines(
  facts: NextFacts,
  verdict: Verdict,
  style: Style,
  vmlinuxOf: (kernel: LocatedKernel) => string | undefined,
  maxKernels: number = Number.POSITIVE_INFINITY,
): string[] {
  const { kernels, more, hints } = nextBlocks(facts, verdict, vmlinuxOf, maxKernels);
  return [
    ...kernels.flatMap(({ title, steps }) => [
      ...(kernels.length < 2 ? [] : [`  ${title}:`]),
      ...steps.flatMap(({ command, because }) => [
        `  ${style.strong(command)}`,
        ...(because === null ? [] : [style.faint(`    ${because}`)]),
      ]),
    ]),
    ...(more > 0 ? [`  commands for ${plural(more, 'more kernel')}: --verbose`] : []),
    ...hints.map((hint) => style.faint(`  ${hint}`)),
  ];
}

/** How to say that a raw file was padded, where that is taken to be so and not proved. */
export function placingHints(
  files: readonly string[],
  verdict: Verdict['memoryLayout'],
): readonly string[] {
  const [file] = files;
  const { basis, placed = [] } = verdict?.layout ?? {};
  const isPadded = placed.length === 1 && placed[0]?.address === 0;
  return file !== undefined &&
    files.length === 1 &&
    isPadded &&
    !verdict?.isProved &&
    basis !== 'told'
    ? [`was each byte written at its own address? then name it ${shellWord(`${file}@0`)}`]
    : [];
}

function roleBefore({ role }: LocatedKernel): string {
  return role === 'unknown' ? '' : `${role} `;
}

/**
 * The kernels that get commands: a crashed one first, then the chosen one. Empty if the file cannot
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
