export { extract } from './extract.ts';
export type { ExtractPart, ExtractReport } from './extract-report.ts';
export { files } from './files.ts';
export type { FilesFile, FilesProcess, FilesReport } from './files-report.ts';
export { mount } from './mount.ts';
export type { MountMount, MountReport } from './mount-report.ts';
