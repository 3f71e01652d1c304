// A thread of `convert`: encodes pages, with the built-in codec that its task names. No top-level
// await: in the single executable it is CommonJS.
import { workerData } from 'node:worker_threads';
import { plugin } from '@vmcorekit/compressors';
import { type EncodingTask, serveEncoding } from '@vmcorekit/node';

void encode(workerData as EncodingTask);

async function encode(task: EncodingTask): Promise<void> {
  const codec = plugin.compressors?.find((compressor) => compressor.name === task.codec);
  if (codec !== undefined) {
    await codec.prepare?.();
    serveEncoding(task, codec);
  }
}
