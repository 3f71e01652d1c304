import { cellTextOf, printable, type ReportColumn } from '@vmcorekit/core';
import type { FilesFile, FilesProcess } from './files-report.ts';

/** One row of the rows for programs: a file, and the process that has it open. */
export interface FilesRow {
  readonly process: FilesProcess;
  readonly file: FilesFile;
}

/** An address as crash shows it. */
function bare(address: string | null): string {
  return cellTextOf(address === null ? null : address.slice(2));
}

/** The columns of `files`, for people those of crash's `files`. */
export const filesColumns: readonly ReportColumn<FilesRow>[] = [
  { key: 'pid', value: ({ process }) => process.pid },
  { key: 'tgid', value: ({ process }) => process.tgid },
  { key: 'comm', value: ({ process }) => process.comm },
  { key: 'fd', title: 'FD', kind: 'number', value: ({ file }) => file.fd },
  {
    key: 'file',
    title: 'FILE',
    value: ({ file }) => file.file,
    text: ({ file }) => bare(file.file),
  },
  {
    key: 'dentry',
    title: 'DENTRY',
    value: ({ file }) => file.dentry,
    text: ({ file }) => bare(file.dentry),
  },
  {
    key: 'inode',
    title: 'INODE',
    value: ({ file }) => file.inode,
    text: ({ file }) => bare(file.inode),
  },
  { key: 'inodeNumber', value: ({ file }) => file.inodeNumber },
  { key: 'type', title: 'TYPE', value: ({ file }) => file.type },
  { key: 'flags', value: ({ file }) => file.flags },
  { key: 'positionInBytes', value: ({ file }) => file.positionInBytes },
  { key: 'mountId', value: ({ file }) => file.mountId },
  {
    key: 'path',
    title: 'PATH',
    kind: 'prose',
    value: ({ file }) => file.path,
    text: ({ file }) => shownText(file),
  },
  { key: 'deleted', value: ({ file }) => file.deleted },
];

function shownText({ path, deleted }: FilesFile): string {
  return path === null
    ? cellTextOf(null)
    : printable(`${path}${deleted === true ? ' (deleted)' : ''}`);
}
