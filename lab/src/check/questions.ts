import type { CheckedHeuristic, Subject } from './subject.ts';

/** One way of asking about a dump. */
export interface Question {
  readonly column: string;
  readonly options: readonly string[];
}

/** The library's names for machines that `uname -m` names otherwise. */
const libraryNames: ReadonlyMap<string, string> = new Map([
  ['aarch64', 'arm64'],
  ['ppc64le', 'ppc64'],
]);

/**
 * Every way to ask about a guest's dumps: as users do, with all heuristics, with right and wrong
 * symbols, and alone each heuristic that knows the guest's machine.
 */
export function listQuestions(
  { release, machine }: { readonly release: string | undefined; readonly machine: string },
  subject: Pick<Subject, 'heuristics' | 'systemMaps'>,
): readonly Question[] {
  const trueMap = release === undefined ? undefined : subject.systemMaps.get(release);
  const falseMap = [...subject.systemMaps].find(([other]) => other !== release)?.[1];
  const symbols = symbolOptions(trueMap);
  return [
    { column: 'default', options: [] },
    { column: 'all', options: ['--all'] },
    ...(trueMap === undefined ? [] : [{ column: 'symbols', options: ['--all', ...symbols] }]),
    ...(falseMap === undefined
      ? []
      : [{ column: 'false symbols', options: ['--all', ...symbolOptions(falseMap)] }]),
    ...subject.heuristics
      .filter(({ architectures }) => knows(architectures, machine))
      .map(({ name }) => ({ column: name, options: ['--only', name, ...symbols] })),
  ];
}

function knows(architectures: CheckedHeuristic['architectures'], machine: string): boolean {
  return architectures === 'any' || architectures.includes(libraryNames.get(machine) ?? machine);
}

function symbolOptions(systemMapFile: string | undefined): readonly string[] {
  return systemMapFile === undefined ? [] : ['--symbols', systemMapFile];
}
