export { FileSink } from './file-sink.ts';
export { FileSource } from './file-source.ts';
export { interruptingGuard } from './interrupting-guard.ts';
export { OutputFile } from './output-file.ts';
