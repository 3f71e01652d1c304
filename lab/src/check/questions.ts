import type { Subject } from './subject.ts';

/** One way of asking about a dump. */
export interface Question {
  readonly column: string;
  readonly options: readonly string[];
}

/**
 * Every way to ask about a guest's dumps: as users do, with all heuristics, with right and wrong
 * symbols, and each heuristic alone.
 */
export function listQuestions(
  release: string | undefined,
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
    ...subject.heuristics.map((heuristic) => ({
      column: heuristic,
      options: ['--only', heuristic, ...symbols],
    })),
  ];
}

function symbolOptions(systemMapFile: string | undefined): readonly string[] {
  return systemMapFile === undefined ? [] : ['--symbols', systemMapFile];
}
