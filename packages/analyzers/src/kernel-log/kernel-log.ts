import {
  type Analyzer,
  type CellValue,
  defineAnalyzer,
  type Kernel,
  plural,
  type ReportRows,
} from '@vmcorekit/core';
import {
  type KernelLog,
  type LineStyle,
  type LogRecord,
  type LostRecord,
  linesOf,
  readKernelLog,
  timekeeperOf,
} from '@vmcorekit/linux';
import { kernelAnswer } from '../kernel-answer.ts';
import { chosenRecords } from './chosen-records.ts';

const options = {
  level: {
    type: 'string',
    summary: 'only messages of this level, or more urgent ones',
    default: null,
    // From 0 on, as syslog names them. Source: include/linux/kern_levels.h.
    choices: ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'],
  },
  search: {
    type: 'string',
    summary: 'only messages that contain this text, whatever its case',
    default: null,
  },
  tail: {
    type: 'integer',
    summary: 'only so many at the end of those',
    default: null,
    minimum: 1,
    maximum: 2_097_152,
  },
  bare: { type: 'boolean', summary: 'show messages without their times', default: false },
  clock: { type: 'boolean', summary: 'show times of the wall clock (UTC)', default: false },
  prefix: {
    type: 'boolean',
    summary: 'show the level before each message, as <6>',
    default: false,
  },
} as const;

const levelNames: readonly string[] = options.level.choices;

/**
 * What the kernel printed, as `dmesg` shows it. Reads the printk ring buffer, whose place and
 * layout come from VMCOREINFO, else from the kernel's symbols and types. The data is an array of
 * records, `{ sequence, nanoseconds, level, facility, caller, text }`, or `{ sequence, lost }` for
 * one that cannot be read. It is null where no log was found.
 */
export const kernelLog: Analyzer<readonly (LogRecord | LostRecord)[] | null, typeof options> =
  defineAnalyzer({
    name: 'kernel-log',
    summary: "the kernel's messages, as dmesg prints them",
    options,
    run: (context, { level, search, tail, bare, clock, prefix }) =>
      kernelAnswer(
        context,
        { head: 'no kernel log', rows: rowsOf([]) },
        function* (kernel, without) {
          const log = yield* readKernelLog(kernel);
          if (typeof log === 'string') {
            return without(log);
          }
          const boot = clock ? bootTimeOf(kernel) : undefined;
          const style: LineStyle = {
            time: bare ? 'none' : 'since boot',
            showsLevel: prefix,
            ...(boot === undefined ? {} : { bootTime: boot }),
          };
          const maxLevel = level === null ? Infinity : levelNames.indexOf(level);
          const records = chosenRecords(log.records, { maxLevel, search, tail });
          const remarks = [
            ...layoutRemarks(log),
            ...lossRemarks(log),
            ...log.remarks,
            ...(clock && boot === undefined ? [noClock] : []),
          ];
          return records.length === 0 && log.records.length > 0
            ? without(
                `none of its ${plural(log.records.length, 'message')} is one of those`,
                remarks,
              )
            : {
                text: records.flatMap((record) => linesOf(record, style)),
                data: records,
                rows: rowsOf(records),
                sources: { place: log.placeFrom, layout: log.layoutFrom },
                remarks,
              };
        },
      ),
  });

const noClock = "the kernel's clock is not proved, so times are since boot";

/** Messages have the time of CLOCK_MONOTONIC, which stands still while the machine sleeps. */
function bootTimeOf(kernel: Kernel): number | undefined {
  const clocks = timekeeperOf(kernel);
  return clocks === undefined ? undefined : clocks.wallClockInSeconds - clocks.monotonicInSeconds;
}

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
