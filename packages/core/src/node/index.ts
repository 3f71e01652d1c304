export { FileSink } from './file-sink.ts';
export { FileSource } from './file-source.ts';
export { interruptingGuard } from './interrupting-guard.ts';
