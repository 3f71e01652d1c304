import { cellTextOf, printable, type ReportColumn } from '@vmcorekit/core';
import { addressColumn } from '../tables.ts';
import type { PsTask } from './ps-report.ts';

/** In KiB, as crash and ps show it. */
function kibibytes(sizeInBytes: number | null): string {
  return cellTextOf(sizeInBytes === null ? null : Math.floor(sizeInBytes / 1024));
}

/** Kernel threads stand in brackets. */
export function nameText({ comm, kernelThread }: PsTask): string {
  return kernelThread ? `[${printable(comm)}]` : printable(comm);
}

/** The columns of `ps`, for people those of crash's `ps`. */
export const psColumns: readonly ReportColumn<PsTask>[] = [
  { title: '', value: () => null, text: ({ onCpu }) => (onCpu === true ? '>' : '') },
  { key: 'pid', title: 'PID', kind: 'number', value: ({ pid }) => pid },
  { key: 'tgid', value: ({ tgid }) => tgid },
  { key: 'ppid', title: 'PPID', kind: 'number', value: ({ ppid }) => ppid },
  { key: 'cpu', title: 'CPU', kind: 'number', value: ({ cpu }) => cpu },
  addressColumn('TASK'),
  { key: 'state', title: 'ST', value: ({ state }) => state },
  {
    key: 'virtualSizeInBytes',
    title: 'VSZ',
    kind: 'number',
    value: ({ virtualSizeInBytes }) => virtualSizeInBytes,
    text: ({ virtualSizeInBytes }) => kibibytes(virtualSizeInBytes),
  },
  {
    key: 'residentSizeInBytes',
    title: 'RSS',
    kind: 'number',
    value: ({ residentSizeInBytes }) => residentSizeInBytes,
    text: ({ residentSizeInBytes }) => kibibytes(residentSizeInBytes),
  },
  { key: 'uid', title: 'UID', kind: 'number', value: ({ uid }) => uid },
  { key: 'gid', value: ({ gid }) => gid },
  { key: 'startTimeInNanoseconds', value: (task) => task.startTimeInNanoseconds },
  { key: 'userTimeInNanoseconds', value: (task) => task.userTimeInNanoseconds },
  { key: 'systemTimeInNanoseconds', value: (task) => task.systemTimeInNanoseconds },
  { key: 'onCpu', value: ({ onCpu }) => onCpu },
  { key: 'kernelThread', value: ({ kernelThread }) => kernelThread },
  { key: 'comm', title: 'COMM', value: ({ comm }) => comm, text: nameText },
  { key: 'seenBy', value: ({ seenBy }) => seenBy },
  { key: 'doubts', value: ({ doubts }) => doubts },
];
