// open DUMP: opens it, and does nothing more.
import { open } from 'vmcorekit';
import { timed } from './stopwatch.ts';

const [path = ''] = process.argv.slice(2);
await timed(async () => {
  using dump = await open(path);
  return { count: dump.files.length, bytes: 0 };
});
