import type { Dump, Verdict } from '@vmcorekit/core';
import { conditionsJson, dumpJson } from './dump-json.ts';
import type { JsonObject } from './json-line.ts';
import { transferJson } from './transfer-json.ts';
import { verdictJson } from './verdict-json.ts';

/**
 * The answer of `probe`. docs/json.md describes it.
 *
 * @param extra what the caller adds, as the rules that shaped the search
 */
export function probeJson(
  dump: Dump,
  verdict: Verdict,
  milliseconds: number,
  extra: JsonObject = {},
): JsonObject {
  const { bytesRead, pagesRead, transfer } = dump.statistics;
  return {
    ...dumpJson(dump),
    ...verdictJson(verdict),
    conditions: conditionsJson(dump.damage),
    ...extra,
    statistics: { bytesRead, pagesRead, ...transferJson(transfer), milliseconds },
  };
}
