import type { Dump } from '@vmcorekit/core';
import type { WrittenDump } from '../text/written-report.ts';
import { conditionsJson, filesJson } from './dump-json.ts';
import type { JsonObject } from './json-line.ts';

/**
 * What was written, for programs. docs/json.md describes it as a part of the answers of `convert`
 * and `repair`.
 */
export function writtenJson({ kind, files, report }: WrittenDump): JsonObject {
  return {
    output: files[0]?.path ?? null,
    kind,
    sizeInBytes: files.reduce((sum, { sizeInBytes }) => sum + sizeInBytes, 0),
    ...(files.length > 1
      ? { parts: files.map(({ path, sizeInBytes }) => ({ path, sizeInBytes })) }
      : {}),
    pages: {
      stored: report.pagesStored,
      zero: report.pagesZero,
      excluded: report.pagesExcluded,
      unreadable: report.pagesUnreadable,
      absent: report.pagesAbsent,
      filled: report.pagesFilled ?? 0,
    },
  };
}

/** The answer of `convert`. */
export function convertedJson(
  { files, damage }: Pick<Dump, 'files' | 'damage'>,
  written: WrittenDump,
): JsonObject {
  return {
    schema: 1,
    ...filesJson(files),
    ...writtenJson(written),
    conditions: conditionsJson(damage),
  };
}
