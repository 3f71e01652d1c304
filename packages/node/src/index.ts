export { kernelCacheFolder } from './cache-folder.ts';
export {
  changeFile,
  holdsBefore,
  isUnchanged,
  PartlyChangedError,
  undoChanges,
} from './change-file.ts';
export {
  type EncodingTask,
  serveEncoding,
  ThreadedPageEncoder,
} from './encoding/threaded-page-encoder.ts';
export { type FileIndexCacheOptions, fileIndexCache } from './file-index-cache.ts';
export { type FileKernelCacheOptions, fileKernelCache } from './file-kernel-cache.ts';
export { fileOpener, pathOf } from './file-opener.ts';
export { FileSink } from './file-sink.ts';
export { FileSource } from './file-source.ts';
export { type FileStatus, fileStatusOf } from './file-status.ts';
export { interruptingGuard } from './interrupting-guard.ts';
export { OutputFile, replaceable } from './output-file.ts';
export { plugin } from './plugin.ts';
export { runInThreads, serveTasks, type ThreadsOptions } from './run-in-threads.ts';
export { ScratchFile } from './scratch-file.ts';
export { SpooledSource } from './spooled-source.ts';
export { startWorker } from './start-worker.ts';
export { encodeUndoRecord, parseUndoRecord, type UndoRecord } from './undo-record.ts';
export { userIndexCache, userKernelCache } from './user-caches.ts';
