// open DUMP: opens it, nothing more.
import { open } from 'vmcorekit';
import { told } from './stopwatch.ts';

const [path = ''] = process.argv.slice(2);
await told(async () => {
  using dump = await open(path);
  return { count: dump.files.length, bytes: 0 };
});
