import { type JsonObject, plainJson, reasonLines } from '@vmcorekit/report';
import { defaultPlugins, type OpenedDump } from 'vmcorekit';
import { sentenceOf } from './sentence.ts';

/** An analyzer's answer. `data` is null if it has none; then `because` says why. */
export interface Analysis {
  readonly data: unknown;
  readonly because: string | null;
  readonly remarks: readonly string[];
}

/** Run on every dump with a kernel: their answers are what results are found by. */
const usual = ['crash-summary', 'mod', 'panic-signature'];

/**
 * Runs the usual analyzers, those of the site's plug-ins, and those that were asked for. One that
 * fails costs its own answer.
 */
export async function analysesOf(
  dump: OpenedDump,
  hasKernel: boolean,
  asked: readonly string[],
): Promise<ReadonlyMap<string, Analysis>> {
  const known = dump.toolkit.registry.all('analyzers').map(({ name }) => name);
  const builtIn = new Set(
    defaultPlugins.flatMap(({ analyzers = [] }) => analyzers.map(({ name }) => name)),
  );
  const names = new Set([
    ...usual.filter((name) => hasKernel && known.includes(name)),
    ...known.filter((name) => !builtIn.has(name)),
    ...asked,
  ]);
  const analyses = new Map<string, Analysis>();
  for (const name of names) {
    analyses.set(name, await analysisOf(dump, name));
  }
  return analyses;
}

async function analysisOf(dump: OpenedDump, name: string): Promise<Analysis> {
  try {
    const report = await dump.analyze(name);
    const reasons = reasonLines(report);
    return {
      data: plainJson(report.data),
      because: report.data == null && reasons.length > 0 ? reasons.join('; ') : null,
      remarks: report.remarks ?? [],
    };
  } catch (error) {
    return { data: null, because: sentenceOf(error), remarks: [] };
  }
}

export function analysesJson(analyses: ReadonlyMap<string, Analysis>): JsonObject {
  return Object.fromEntries(
    [...analyses].map(([name, { data, because, remarks }]) => [
      name,
      { data: plainJson(data), because, remarks },
    ]),
  );
}
