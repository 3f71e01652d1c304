import type { Dump, Origin } from '@vmcorekit/core';
import type { Toolkit } from '@vmcorekit/engine';
import type { Invocation } from '../command.ts';
import { locateWithProgress } from './locate-with-progress.ts';

/** Who captured and who wrote a dump, as a few bytes of it tell; no kernel is looked for. */
export async function originOf(
  { toolkit, io, global }: Pick<Invocation, 'toolkit' | 'io' | 'global'>,
  dump: Dump,
): Promise<Origin> {
  return (await locateWithProgress(toolkit, dump, { only: originHeuristics(toolkit) }, io, global.quiet)).origin;
}

/** The heuristics that cost next to nothing and tell of origins. */
export function originHeuristics(toolkit: Toolkit): string[] {
  return toolkit.registry
    .all('heuristics')
    .filter((heuristic) => heuristic.cost === 'header' && heuristic.yields.includes('origin'))
    .map((heuristic) => heuristic.name);
}
