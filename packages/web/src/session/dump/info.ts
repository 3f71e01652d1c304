import type { Dump } from '@vmcorekit/core';
import { type DriveOptions, damageOf, type Toolkit } from '@vmcorekit/engine';
import { infoJson, infoParts, infoReport } from '@vmcorekit/report';
import type { DumpCalls } from '../../protocol/dump-calls.ts';
import { pageStyle } from '../page-style.ts';

/** The answer of `info`: the file, its headers, CPUs and notes. */
export async function infoOf(
  toolkit: Toolkit,
  dump: Dump,
  work: DriveOptions,
): Promise<DumpCalls['info']['answer']> {
  const only = toolkit.registry
    .all('heuristics')
    .filter(({ cost, yields }) => cost === 'header' && yields.includes('origin'))
    .map(({ name }) => name);
  const { origin } = await toolkit.locate(dump, { ...work, only });
  const tally = await toolkit.countPages(dump, work);
  const answer = { dump, origin, tally, damage: damageOf(dump, tally) };
  return {
    text: infoReport(answer, pageStyle, true),
    json: infoJson(answer),
    parts: infoParts(answer),
  };
}
