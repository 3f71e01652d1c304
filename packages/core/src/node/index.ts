export { FileSource } from './file-source.ts';
