import { cellTextOf, printable, type ReportColumn } from '@vmcorekit/core';
import type { MountMount } from './mount-report.ts';

function safe(text: string | null): string {
  return text === null ? cellTextOf(null) : printable(text);
}

/** The columns of `mount`, for people those of crash's `mount`. */
export const mountColumns: readonly ReportColumn<MountMount>[] = [
  { key: 'namespace', value: ({ namespace }) => namespace },
  { key: 'id', title: 'ID', kind: 'number', value: ({ id }) => id },
  { key: 'parentId', title: 'IN', kind: 'number', value: ({ parentId }) => parentId },
  {
    key: 'mount',
    title: 'MOUNT',
    value: ({ mount }) => mount,
    text: ({ mount }) => mount.slice(2),
  },
  {
    key: 'superBlock',
    title: 'SUPERBLK',
    value: ({ superBlock }) => superBlock,
    text: ({ superBlock }) => superBlock.slice(2),
  },
  { key: 'type', title: 'TYPE', value: ({ type }) => type, text: ({ type }) => safe(type) },
  { key: 'device', title: 'DEV', value: ({ device }) => device },
  {
    key: 'source',
    title: 'SOURCE',
    value: ({ source }) => source,
    text: ({ source }) => safe(source),
  },
  {
    key: 'path',
    title: 'PATH',
    kind: 'prose',
    value: ({ path }) => path,
    text: ({ path, isReachable, rootInFileSystem }) =>
      `${isReachable === false ? '(unreachable) ' : ''}${safe(path)}${
        rootInFileSystem === '/' ? '' : ` [${safe(rootInFileSystem)}]`
      }`,
  },
  { key: 'isReachable', value: ({ isReachable }) => isReachable },
  { key: 'rootInFileSystem', value: ({ rootInFileSystem }) => rootInFileSystem },
  {
    key: 'options',
    title: 'OPTIONS',
    kind: 'prose',
    value: ({ options }) => options,
    text: ({ options }) => options.join(','),
  },
  { key: 'fileSystemOptions', value: ({ fileSystemOptions }) => fileSystemOptions },
  { key: 'sharedGroup', value: ({ sharedGroup }) => sharedGroup },
  { key: 'masterGroup', value: ({ masterGroup }) => masterGroup },
  { key: 'isUnbindable', value: ({ isUnbindable }) => isUnbindable },
];
