// A thread of `convert`: encodes pages, with the built-in codec that its task names.
import { workerData } from 'node:worker_threads';
import { plugin } from '@vmcorekit/compressors';
import { type EncodingTask, serveEncoding } from '@vmcorekit/node';

const task = workerData as EncodingTask;
const codec = plugin.compressors?.find((compressor) => compressor.name === task.codec);
if (codec !== undefined) {
  await codec.prepare?.();
  serveEncoding(task, codec);
}
