import { asPluginError, type Dump, type Report, type Verdict } from '@vmcorekit/core';
import { filesJson } from './dump-json.ts';
import { type Json, type JsonObject, plainJson } from './json-line.ts';
import { kernelJson } from './verdict-json.ts';

/** What an analyzer found, and the dump that it found it in. */
export interface Analysis {
  readonly analyzer: string;
  readonly dump: Dump;
  readonly verdict: Verdict;
  readonly report: Report;
}

/**
 * The answer of an analyzer. Throws `plugin-failed` for data that JSON cannot hold, as an object
 * that holds itself.
 *
 * @param dataKey the key of the data; null if its fields stand beside those of the dump
 */
export function analysisJson(
  { analyzer, dump, verdict, report }: Analysis,
  dataKey: string | null,
): JsonObject {
  const { sources = {}, remarks = [] } = report;
  const data = dataJson(analyzer, report.data);
  const reasons = reasonLines(report);
  return {
    schema: 1,
    ...filesJson(dump.files),
    analyzer,
    confidence: verdict.confidence,
    kernel: verdict.kernel === null ? null : kernelJson(verdict.kernel),
    ...(dataKey === null && isJsonObject(data) ? data : { [dataKey ?? 'data']: data }),
    ...(report.data == null && reasons.length > 0 ? { because: reasons.join('; ') } : {}),
    sources: { ...sources },
    remarks: [...remarks],
  };
}

/** The lines of a report's text. Where there is no answer, they say why. */
export function reasonLines({ text }: Pick<Report, 'text'>): string[] {
  return text.filter((part) => typeof part === 'string');
}

function dataJson(analyzer: string, data: unknown): Json {
  try {
    return plainJson(data);
  } catch (error) {
    throw asPluginError(`analyzer '${analyzer}'`, error);
  }
}

function isJsonObject(data: Json): data is JsonObject {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}
