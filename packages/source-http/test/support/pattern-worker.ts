// Fetches from no server: every byte is its offset divided by a block. Takes its time.
import { parentPort } from 'node:worker_threads';
import type { Question, Start } from '../../dist/protocol.js';

const blockSizeInBytes = 256 * 1024;
const delayInMilliseconds = 20;
// Goes nowhere, and keeps nothing alive.
console.log('a thread that prints');
let requests = 0;
let bytesFetched = 0;

parentPort?.once('message', ({ port, counters }: Start) => {
  setInterval(() => Atomics.add(counters, 1, 1), 1000).unref();
  port.on('message', (question: Question) => {
    if (question.kind === 'close') {
      return;
    }
    const [start, end] =
      question.kind === 'open' ? [0, question.headLengthInBytes] : [question.start, question.end];
    setTimeout(() => {
      const bytes = new Uint8Array(end - start);
      for (let at = 0; at < bytes.length; at += blockSizeInBytes) {
        bytes.fill((start + at) / blockSizeInBytes, at, at + blockSizeInBytes);
      }
      requests++;
      bytesFetched += bytes.length;
      port.postMessage(
        {
          id: question.id,
          traffic: { requests, bytesFetched },
          bytes,
          pinned: null,
        },
        [],
      );
      Atomics.add(counters, 0, 1);
      Atomics.notify(counters, 0);
    }, delayInMilliseconds);
  });
});
