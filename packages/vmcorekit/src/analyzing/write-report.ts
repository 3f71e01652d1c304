import {
  asPluginError,
  type CellValue,
  type Dump,
  type Report,
  type Verdict,
} from '@vmcorekit/core';
import { OutputFile } from '@vmcorekit/node';
import {
  analysisText,
  type DataColumn,
  filesJson,
  type Json,
  type JsonObject,
  kernelJson,
  plainJson,
} from '@vmcorekit/report';
import type { RowForm } from '../arguments/row-form-options.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { Invocation } from '../command.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { asOutputError } from '../io.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { writeRemarks } from '../terminal/remarks.ts';
import { tableStyle } from '../terminal/style.ts';
import { writeRows } from '../terminal/write-rows.ts';

/** What an analyzer found, and the dump that it found it in. */
export interface Analysis {
  readonly analyzer: string;
  readonly dump: Dump;
  readonly verdict: Verdict;
  readonly report: Report;
}

export interface ReportForm {
  /** For programs, row by row; undefined for one answer. */
  readonly rowForm: RowForm | undefined;
  /** Where the picture goes; undefined for none. */
  readonly picturePath: string | undefined;
  readonly mayReplace: boolean;
  /** The key of the data in JSON; null if its fields stand beside those of the dump. */
  readonly dataKey: string | null;
}

/**
 * Writes the report of an analyzer to stdout, and its picture to a file. Remarks on the answer go
 * to stderr, so that stdout holds only the answer.
 */
export async function writeReport(
  invocation: Pick<Invocation, 'io' | 'global'>,
  analysis: Analysis,
  { rowForm, picturePath, mayReplace, dataKey }: ReportForm,
): Promise<ExitStatus> {
  const { io, global } = invocation;
  const { analyzer, dump, report } = analysis;
  const { text, data, rows, svg, remarks = [] } = report;
  const isAnswered = data != null;
  if (picturePath !== undefined) {
    writePicture(analyzer, svg, picturePath, mayReplace);
  }
  if (rowForm === undefined) {
    await writeAnswer(
      invocation,
      () => analysisJson(analysis, dataKey),
      (style) => analysisText(text, tableStyle(io, style)),
    );
  } else {
    if (rows === undefined) {
      throw new UsageError(`--${rowForm}: the answer of the analyzer ${analyzer} is no table`);
    }
    const columns = rows.columns.map(
      (key, index): DataColumn<readonly CellValue[]> => ({
        key,
        value: (row) => row[index] ?? null,
      }),
    );
    await writeRows(io, rowForm, columns, rows.rows);
  }
  const reasons = isAnswered ? [] : linesOf(report);
  // The reason stands on stdout where the answer is a text.
  const isText = rowForm === undefined && !global.json;
  const said = [...(isText ? [] : reasons), ...(global.json ? [] : remarks)];
  await writeRemarks(invocation, dump, said);
  return isAnswered ? exitStatus.answered : exitStatus.unanswered;
}

function analysisJson(
  { analyzer, dump, verdict, report }: Analysis,
  dataKey: string | null,
): JsonObject {
  const { sources = {}, remarks = [] } = report;
  const data = dataJson(analyzer, report.data);
  const reasons = linesOf(report);
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

/** Where there is no answer, the text says why. */
function linesOf({ text }: Report): string[] {
  return text.filter((part) => typeof part === 'string');
}

/** Throws `plugin-failed` for what JSON cannot hold, as an object that holds itself. */
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

function writePicture(
  analyzer: string,
  svg: string | undefined,
  path: string,
  mayReplace: boolean,
): void {
  if (svg === undefined) {
    throw new UsageError(`--svg: the analyzer ${analyzer} draws no picture`);
  }
  asOutputError(() => {
    using file = new OutputFile(path, mayReplace);
    file.writeAt(0, Buffer.from(svg));
    file.commit();
  }, '--force');
}
