import { printable, type ReportColumn } from '@vmcorekit/core';
import type { VmArea } from './vm-report.ts';

function bare(address: string): string {
  return address.slice(2);
}

/** The columns of `vm`, for people those of crash's `vm` and of `/proc/PID/maps`. */
export const vmColumns: readonly ReportColumn<VmArea>[] = [
  {
    key: 'address',
    title: 'VMA',
    value: ({ address }) => address,
    text: ({ address }) => bare(address),
  },
  { key: 'start', title: 'START', value: ({ start }) => start, text: ({ start }) => bare(start) },
  { key: 'end', title: 'END', value: ({ end }) => end, text: ({ end }) => bare(end) },
  { key: 'sizeInBytes', value: ({ sizeInBytes }) => sizeInBytes },
  { key: 'flags', title: 'FLAGS', value: ({ flags }) => flags },
  { key: 'kernelFlags', value: ({ kernelFlags }) => kernelFlags },
  {
    key: 'offset',
    title: 'OFFSET',
    kind: 'number',
    value: ({ offset }) => offset,
    text: ({ offset }) => bare(offset),
  },
  { key: 'file', value: ({ file }) => file },
  { key: 'device', value: ({ device }) => device },
  { key: 'inodeNumber', value: ({ inodeNumber }) => inodeNumber },
  {
    key: 'path',
    title: 'FILE',
    kind: 'prose',
    value: ({ path }) => path,
    text: ({ path, deleted, name, file }) =>
      file === null
        ? printable(name ?? '')
        : `${path === null ? '–' : printable(path)}${deleted === true ? ' (deleted)' : ''}${
            name === null ? '' : ` ${printable(name)}`
          }`,
  },
  { key: 'deleted', value: ({ deleted }) => deleted },
  { key: 'name', value: ({ name }) => name },
];

/** With `--pages`, what the page tables say of each area. */
export const pageColumns: readonly ReportColumn<VmArea>[] = [
  ...vmColumns.slice(0, -4),
  {
    key: 'present',
    title: 'PRESENT',
    kind: 'number',
    value: ({ pages }) => pages?.present ?? null,
  },
  { key: 'lost', title: 'LOST', kind: 'number', value: ({ pages }) => pages?.lost ?? null },
  {
    key: 'swapped',
    title: 'SWAPPED',
    kind: 'number',
    value: ({ pages }) => pages?.swapped ?? null,
  },
  { key: 'absent', title: 'ABSENT', kind: 'number', value: ({ pages }) => pages?.absent ?? null },
  { key: 'unknown', value: ({ pages }) => pages?.unknown ?? null },
  ...vmColumns.slice(-3),
];
