import type { CellValue } from '@vmcorekit/core';
import { OutputFile } from '@vmcorekit/node';
import {
  type Analysis,
  analysisJson,
  analysisText,
  type DataColumn,
  reasonLines,
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
  const reasons = isAnswered ? [] : reasonLines(report);
  // The reason stands on stdout where the answer is a text.
  const isText = rowForm === undefined && !global.json;
  const said = [...(isText ? [] : reasons), ...(global.json ? [] : remarks)];
  await writeRemarks(invocation, dump, said);
  return isAnswered ? exitStatus.answered : exitStatus.unanswered;
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
