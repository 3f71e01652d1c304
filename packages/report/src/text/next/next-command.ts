import { type Confidence, hex } from '@vmcorekit/core';
import { namingOption } from '../naming-option.ts';
import { shellWord } from '../shell-word.ts';
import { symbolPackageOf } from '../symbol-package.ts';
import { crashOptions } from './crash-options.ts';
import type { NextFacts } from './next-facts.ts';
import {
  fileForCrash,
  isUnreadKdump,
  type KernelToOpen,
  type NextRoute,
  nextRoute,
  readsAtAll,
  readsKdump,
} from './next-route.ts';

/** The next commands, in order, and hints how to get the right vmlinux. */
export interface NextCommands {
  readonly steps: readonly NextStep[];
  readonly hints: readonly string[];
}

/** One of the next commands. */
export interface NextStep {
  readonly command: string;
  /** Why to run it; null for the tool that opens the dump unchanged. */
  readonly because: string | null;
}

/** One kernel of a verdict, and what is known of it. */
export interface NextSubject extends KernelToOpen {
  /** Whether the verdict chose it. `repair` needs an option for any other. */
  readonly isChosen: boolean;
  readonly confidence: Confidence;
}

const forceHint = '--force: the answer is not certain; --force also replaces a copy that exists';
/** The copy that `convert` makes in the working directory. The ending asks for KDUMP. */
const unpackedCopy = 'plain.kdump';

/** The name of the repaired copy. A copy names one kernel, so each kernel has another. */
function repairedCopy({ kernel, isChosen }: NextSubject, { architecture }: NextFacts): string {
  const { role, textPhysicalAddress, imageOffset } = kernel;
  // Several kernels may have these roles.
  const name =
    role === 'unknown' || role === 'stale' ? hex(textPhysicalAddress ?? imageOffset) : role;
  const ending = readsKdump(architecture) ? 'kdump' : 'elf';
  return isChosen ? `mended.${ending}` : `mended-${name}.${ending}`;
}

/** The commands for one kernel. `given` is the user's vmlinux of it, if they gave one. */
export function nextCommands(subject: NextSubject, facts: NextFacts, given?: string): NextCommands {
  const { kernel } = subject;
  const symbolPackage =
    given === undefined ? symbolPackageOf(kernel.banner, kernel.release) : undefined;
  const vmlinux = given === undefined ? (symbolPackage?.vmlinux ?? 'vmlinux') : shellWord(given);
  const hints = [
    ...(symbolPackage === undefined
      ? []
      : [`vmlinux is in ${symbolPackage.distribution}'s package ${symbolPackage.name}`]),
    ...(given !== undefined || kernel.buildId === null || !/^[0-9a-f]+$/.test(kernel.buildId)
      ? []
      : [`by build ID: debuginfod-find debuginfo ${kernel.buildId}`]),
  ];
  const route = nextRoute(subject, facts);
  const steps = [
    ...choosingSteps(subject, facts),
    ...provingSteps(subject, facts, route, vmlinux, given),
    ...openingSteps(subject, facts, route, vmlinux),
  ];
  const foreign = foreignCrash(subject, facts, route, vmlinux);
  const unnamed = isNamed(subject, facts)
    ? []
    : ['repair writes the chosen kernel only: the place of the other is not proved'];
  const isForced = steps.some(({ command }) => command.startsWith('vmcorekit repair --force '));
  return { steps, hints: [...(isForced ? [forceHint] : []), ...unnamed, ...foreign, ...hints] };
}

/** crash for another machine, which a user may have built: what it needs to be given. */
function foreignCrash(
  subject: NextSubject,
  facts: NextFacts,
  { tool }: NextRoute,
  vmlinux: string,
): string[] {
  const { architecture, files } = facts;
  const isForeign = tool === 'drgn' && readsAtAll('crash', facts);
  const options = isForeign ? (crashOptions(architecture, subject.kernel) ?? []) : [];
  if (options.length === 0) {
    return [];
  }
  const operands =
    fileForCrash(subject, facts) === 'dump'
      ? `${options.join(' ')} ${vmlinux} ${words(files)}`
      : `${vmlinux} ${repairedCopy(subject, facts)}`;
  return [`a crash built for ${architecture}: crash ${operands}`];
}

/** The command that chooses a kernel that is not the default. */
function choosingSteps({ kernel, isChosen }: NextSubject, facts: NextFacts): NextStep[] {
  const { name, value } = namingOption(kernel, facts);
  return isChosen || value === null
    ? []
    : [
        {
          command: `vmcorekit probe ${name} ${value} ${words(facts.files)}`,
          because: `chooses this kernel; every command takes ${name}`,
        },
      ];
}

/** The command that proves the KASLR offset by symbols; none if symbols were given. */
function provingSteps(
  { kernel }: NextSubject,
  { files }: NextFacts,
  { needsKaslr, opens }: NextRoute,
  vmlinux: string,
  given: string | undefined,
): NextStep[] {
  if (kernel.kaslrOffset !== null || given !== undefined || opens === 'repaired copy') {
    return [];
  }
  const because = needsKaslr
    ? 'proves the KASLR offset, which every tool needs, and names the next commands'
    : 'proves the KASLR offset; the tools below also search for it';
  return [{ command: `vmcorekit probe --symbols ${vmlinux} ${words(files)}`, because }];
}

function openingSteps(
  subject: NextSubject,
  facts: NextFacts,
  route: NextRoute,
  vmlinux: string,
): NextStep[] {
  const copy = repairedCopy(subject, facts);
  const given = repairOptions(subject, facts, vmlinux);
  const repair = `vmcorekit repair ${given}${words(facts.files)} ${copy}`;
  const because = becauseOf(route, facts);
  if (route.opens === 'repaired copy') {
    return canBeRepaired(subject, facts)
      ? [
          { command: repair, because: `makes a copy that ${toolsFor(route, facts)}` },
          { command: toolCommand(route, vmlinux, copy, ''), because },
        ]
      : [];
  }
  const place = crashOptions(facts.architecture, subject.kernel) ?? [];
  const options = place.map((option) => `${option} `).join('');
  const command = toolCommand(route, vmlinux, words(facts.files), options);
  return [
    ...(route.needsKaslr ? [] : [{ command, because }]),
    ...(canBeRepaired(subject, facts) ? stepsForOthers(route, facts, repair) : []),
  ];
}

/** A copy that no tool reads is no help. */
function canBeRepaired(subject: NextSubject, facts: NextFacts): boolean {
  return isNamed(subject, facts) && facts.readers?.ofCopy.length !== 0;
}

/** A kernel that the verdict did not choose must be named. */
function isNamed({ kernel, isChosen }: NextSubject, facts: NextFacts): boolean {
  return isChosen || namingOption(kernel, facts).value !== null;
}

/** Distributions build crash and makedumpfile for their own machine only. */
function toolsFor({ tool }: NextRoute, { isLossy }: NextFacts): string {
  if (tool === 'drgn') {
    return isLossy
      ? 'drgn and libkdumpfile read as far as the file goes'
      : 'drgn and libkdumpfile open';
  }
  return isLossy
    ? 'crash, drgn and libkdumpfile read as far as the file goes'
    : 'crash, drgn, makedumpfile and libkdumpfile open';
}

function stepsForOthers({ othersOpen }: NextRoute, facts: NextFacts, repair: string): NextStep[] {
  const tools =
    facts.isLossy || isUnreadKdump(facts)
      ? 'drgn and libkdumpfile'
      : 'drgn, makedumpfile and libkdumpfile';
  if (othersOpen === 'repaired copy') {
    return [{ command: repair, because: `for ${tools}, which do not open this file as it is` }];
  }
  const command = `vmcorekit convert ${words(facts.files)} ${unpackedCopy}`;
  return othersOpen === 'dump' ? [] : [{ command, because: `for ${tools}, as one plain file` }];
}

function toolCommand(
  { tool, isMinimal }: NextRoute,
  vmlinux: string,
  file: string,
  options: string,
): string {
  return tool === 'drgn'
    ? `drgn -c ${file} -s ${vmlinux}`
    : `crash ${isMinimal ? '--minimal ' : ''}${options}${vmlinux} ${file}`;
}

function becauseOf({ tool, isMinimal }: NextRoute, facts: NextFacts): string | null {
  const { host, architecture } = facts;
  if (!readsAtAll('crash', facts)) {
    return 'crash cannot follow the page tables in it';
  }
  if (tool === 'drgn') {
    return `crash on ${host} opens dumps of ${host}, not of ${architecture ?? 'another machine'}`;
  }
  return isMinimal
    ? 'memory is lost: without --minimal, crash stops when it needs what is lost; `log` works'
    : null;
}

/**
 * A kernel that the verdict did not choose must be named; one that is not certain needs --force.
 */
function repairOptions(
  { kernel, isChosen, confidence }: NextSubject,
  facts: NextFacts,
  vmlinux: string,
): string {
  const { name, value } = namingOption(kernel, facts);
  if (!isChosen && value !== null) {
    return `${name} ${value} `;
  }
  const force = confidence === 'certain' ? '' : '--force ';
  return kernel.kaslrOffset === null ? `${force}--symbols ${vmlinux} ` : force;
}

function words(files: readonly string[]): string {
  return files.map(shellWord).join(' ');
}
