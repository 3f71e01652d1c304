import { isVmcorekitError, printable, shownName } from '@vmcorekit/core';
import {
  csvHead,
  csvRow,
  errorBrief,
  filesJson,
  jsonLine,
  type ProbeRow,
  ProbeTotals,
  probeColumns,
  probeRow,
  RowLines,
  rowJson,
  unreadRow,
} from '@vmcorekit/report';
import type { RowForm } from '../arguments/row-form-options.ts';
import type { GlobalOptions } from '../global-options.ts';
import type { Io } from '../io.ts';
import { createStyle } from '../terminal/style.ts';
import type { Presenter } from './presenter.ts';

/** Most paths of dumps in a folder are at most this much longer than the folder's path. */
const usualBelowFolder = 24;

/**
 * One row for each dump, for people. `paths` are the files that the user named, or folders if
 * `isRecursive`. In a pipe or file a row is one line, however long: `grep` and `awk` read lines.
 */
export function tablePresenter({
  io,
  global,
  paths,
  isRecursive,
}: {
  readonly io: Io;
  readonly global: GlobalOptions;
  readonly paths: readonly string[];
  readonly isRecursive: boolean;
}): Presenter {
  const longest = paths.reduce(
    (most, path) => Math.max(most, printable(shownName(path)).length),
    0,
  );
  const style = createStyle(io, global);
  const lines = new RowLines(
    probeColumns,
    io.stdout.isTTY === true ? style : { ...style, width: Number.POSITIVE_INFINITY },
    longest + (isRecursive ? usualBelowFolder : 0),
  );
  const totals = new ProbeTotals();
  return {
    start: () => textOf(lines.head()),
    ...rowsBy((row) => {
      totals.add(row);
      return textOf(lines.row(row));
    }),
    end: () => textOf(['', totals.text()]),
  };
}

/** One row for each dump, for programs. */
export function rowPresenter(form: RowForm): Presenter {
  return {
    start: () => (form === 'csv' ? csvHead(probeColumns) : ''),
    ...rowsBy((row) => (form === 'csv' ? csvRow(probeColumns, row) : jsonLine(objectOf(row)))),
    end: () => '',
  };
}

function rowsBy(write: (row: ProbeRow) => string): Pick<Presenter, 'answer' | 'failure'> {
  return {
    answer: (dump, { verdict }) => write(probeRow(dump, verdict)),
    failure: (files, error, { code }) => {
      const brief = isVmcorekitError(error) ? errorBrief(error) : code;
      return write(unreadRow(files, { code, brief }));
    },
  };
}

function objectOf(row: ProbeRow) {
  const { files } = filesJson(row.files);
  return { ...rowJson(probeColumns, row), ...(files === undefined ? {} : { files }) };
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
