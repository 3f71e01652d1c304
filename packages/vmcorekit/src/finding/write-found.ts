import {
  type FoundAnswer,
  foundColumns,
  foundJson,
  foundNotes,
  foundReport,
} from '@vmcorekit/report';
import type { RowForm } from '../arguments/row-form-options.ts';
import type { Invocation } from '../command.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { writeRemarks } from '../terminal/remarks.ts';
import { writeRows } from '../terminal/write-rows.ts';

/** Writes the hits of a search to stdout. Notes that rows have no place for go to stderr. */
export async function writeFound(
  invocation: Pick<Invocation, 'io' | 'global'>,
  form: RowForm | undefined,
  answer: FoundAnswer,
): Promise<void> {
  if (form === undefined) {
    await writeAnswer(
      invocation,
      () => foundJson(answer),
      (style) => foundReport(answer, style),
    );
    return;
  }
  await writeRows(invocation.io, form, foundColumns(answer.isVirtual), answer.hits);
  await writeRemarks(invocation, answer.dump, foundNotes(answer.matches));
}
