import { hex, isSameKernel, type LocatedKernel, type Verdict } from '@vmcorekit/core';
import type { Style } from '../layout/style.ts';
import { kernelPlaceText } from './kernel-place.ts';
import { shellWord } from './shell-word.ts';
import { symbolPackageOf } from './symbol-package.ts';

/** The command that opens the dump in crash, and what it takes to have the right vmlinux. */
export interface NextCommand {
  readonly command: string;
  readonly hints: readonly string[];
}

/** `vmlinux` is the user's own of this kernel, where one was given. */
export function nextCommand(kernel: LocatedKernel, files: readonly string[], vmlinux?: string): NextCommand {
  const symbolPackage = vmlinux === undefined ? symbolPackageOf(kernel.banner, kernel.release) : undefined;
  const command = [
    'crash',
    ...(kernel.physBase === null ? [] : ['--machdep', `phys_base=${hex(kernel.physBase)}`]),
    ...(kernel.kaslrOffset === null ? [] : [`--kaslr=${hex(kernel.kaslrOffset)}`]),
    vmlinux === undefined ? (symbolPackage?.vmlinux ?? 'vmlinux') : shellWord(vmlinux),
    ...files.map(shellWord),
  ].join(' ');
  const hints = [
    ...(symbolPackage === undefined ? [] : [`vmlinux is in ${symbolPackage.distribution}'s package ${symbolPackage.name}`]),
    ...(vmlinux !== undefined || kernel.buildId === null || !/^[0-9a-f]+$/.test(kernel.buildId)
      ? []
      : [`by build ID: debuginfod-find debuginfo ${kernel.buildId}`]),
    ...(kernel.kaslrOffset === null ? ['the KASLR offset is not proved: --kaslr is left to crash'] : []),
  ];
  return { command, hints };
}

/**
 * The command for the kernel chosen, and for each other that is as sure, with what chooses it: an analyst may want the crashed one, which
 * comes first, not its capture kernel.
 */
export function nextLines(
  files: readonly string[],
  { kernel, candidates }: Verdict,
  style: Style,
  vmlinuxOf: (kernel: LocatedKernel) => string | undefined,
): string[] {
  const others = candidates.filter(
    (candidate) => candidate.isWitnessed && candidate.confidence !== 'none' && !isSameKernel(candidate.kernel, kernel),
  );
  const kernels = [...(kernel === null ? [] : [kernel]), ...others.map((other) => other.kernel)];
  kernels.sort((one, other) => Number(other.role === 'crashed') - Number(one.role === 'crashed'));
  const commands = kernels.map((one) => ({ one, ...nextCommand(one, files, vmlinuxOf(one)) }));
  const hints = new Set(commands.flatMap((next) => next.hints));
  return [
    ...commands.flatMap(({ one, command }) => [
      ...(kernels.length < 2 ? [] : [`  the ${one.role} kernel at ${kernelPlaceText(one)}:`]),
      ...(one === kernel || one.physBase === null ? [] : [`  ${style.strong(choosing(one.physBase, files))}`]),
      `  ${style.strong(command)}`,
    ]),
    ...[...hints].map((hint) => style.faint(`  ${hint}`)),
  ];
}

/** What makes a kernel the one that every command goes on with. */
function choosing(physBase: number, files: readonly string[]): string {
  return ['vmcorekit', 'probe', '--phys-base', hex(physBase), ...files.map(shellWord)].join(' ');
}
