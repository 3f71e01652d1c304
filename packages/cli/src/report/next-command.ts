import { hex, type LocatedKernel } from '@vmcorekit/core';
import { shellWord } from './shell-word.ts';
import { symbolPackageOf } from './symbol-package.ts';

/** The command that opens the dump in crash, and what it takes to have the right vmlinux. */
export interface NextCommand {
  readonly command: string;
  readonly hints: readonly string[];
}

export function nextCommand(kernel: LocatedKernel, files: readonly string[]): NextCommand {
  const symbolPackage = symbolPackageOf(kernel.banner, kernel.release);
  const command = [
    'crash',
    '--machdep',
    `phys_base=${hex(kernel.physBase)}`,
    ...(kernel.kaslrOffset === null ? [] : [`--kaslr=${hex(kernel.kaslrOffset)}`]),
    symbolPackage?.vmlinux ?? 'vmlinux',
    ...files.map(shellWord),
  ].join(' ');
  const hints = [
    ...(symbolPackage === undefined ? [] : [`vmlinux is in ${symbolPackage.distribution}'s package ${symbolPackage.name}`]),
    ...(kernel.buildId === null || !/^[0-9a-f]+$/.test(kernel.buildId)
      ? []
      : [`or by build ID: debuginfod-find debuginfo ${kernel.buildId}`]),
    ...(kernel.kaslrOffset === null ? ['the KASLR offset is not proved: --kaslr is left to crash'] : []),
  ];
  return { command, hints };
}
