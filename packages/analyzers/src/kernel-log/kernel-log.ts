import { type Analyzer, type CellValue, defineAnalyzer, type ReportRows } from '@vmcorekit/core';
import {
  type KernelLog,
  type LogRecord,
  type LostRecord,
  linesOf,
  readKernelLog,
} from '@vmcorekit/linux';
import { kernelAnswer } from '../kernel-answer.ts';

/**
 * What the kernel printed, as `dmesg` shows it. Reads the printk ring buffer, whose place and
 * layout come from VMCOREINFO, else from the kernel's symbols and types. The data is an array of
 * records, `{ sequence, nanoseconds, level, facility, caller, text }`, or `{ sequence, lost }` for
 * one that cannot be read. It is null where no log was found.
 */
export const kernelLog: Analyzer<readonly (LogRecord | LostRecord)[] | null> = defineAnalyzer({
  name: 'kernel-log',
  summary: "the kernel's messages, as dmesg prints them",
  options: {},
  run: (context) =>
    kernelAnswer(context, { head: 'no kernel log', rows: rowsOf([]) }, function* (kernel, without) {
      const log = yield* readKernelLog(kernel);
      return typeof log === 'string'
        ? without(log)
        : {
            text: log.records.flatMap(linesOf),
            data: log.records,
            rows: rowsOf(log.records),
            sources: { place: log.placeFrom, layout: log.layoutFrom },
            remarks: [...layoutRemarks(log), ...lossRemarks(log), ...log.remarks],
          };
    }),
});

const columns = ['sequence', 'nanoseconds', 'level', 'facility', 'caller', 'text', 'lost'];

function rowsOf(records: KernelLog['records']): ReportRows {
  const rowOf = (record: LogRecord | LostRecord): readonly CellValue[] =>
    'lost' in record
      ? [record.sequence, null, null, null, null, null, record.lost]
      : [
          record.sequence,
          record.nanoseconds,
          record.level,
          record.facility,
          record.caller,
          record.text,
          null,
        ];
  return {
    columns,
    rows: {
      *[Symbol.iterator]() {
        for (const record of records) {
          yield rowOf(record);
        }
      },
    },
  };
}

/**
 * Notes for the reader where the log was read by anything but VMCOREINFO, which is the usual
 * source.
 */
function layoutRemarks({ placeFrom, layoutFrom, isLayoutGuessed }: KernelLog): string[] {
  if (isLayoutGuessed) {
    return [
      `the log was found by ${placeFrom}; no source gives the layout of its records: ${layoutFrom} was tried, and every record fits it`,
    ];
  }
  return placeFrom === 'VMCOREINFO' && layoutFrom === 'VMCOREINFO'
    ? []
    : [`the log was found by ${placeFrom}, its layout is from ${layoutFrom}`];
}

function lossRemarks({ records }: KernelLog): string[] {
  const lost = records.filter((record) => 'lost' in record).length;
  return lost === 0 ? [] : [`${lost} of ${records.length} records cannot be read`];
}
