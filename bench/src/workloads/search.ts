// search DUMP: searches everything stored for sixteen bytes that occur nowhere.
import { open } from 'vmcorekit';
import { timed } from './stopwatch.ts';

const [path = ''] = process.argv.slice(2);
const windowInBytes = 64 << 10;
const needle = Buffer.from('no such bytes \u0001\u0002', 'latin1');

using dump = await open(path);
const { memory } = dump.image;
await timed(() => {
  const window = Buffer.alloc(windowInBytes + needle.length - 1);
  let [count, bytes] = [0, 0];
  for (const { start, end } of memory.storedRuns()) {
    for (let at = start; at < end; at += windowInBytes) {
      // A match may reach into the next window.
      const view = window.subarray(0, Math.min(window.length, end - at));
      memory.readInto(at, view);
      count += view.includes(needle) ? 1 : 0;
      bytes += Math.min(windowInBytes, end - at);
    }
  }
  return { count, bytes };
});
