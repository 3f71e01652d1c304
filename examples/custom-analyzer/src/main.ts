// node dist-test/src/main.js DUMP
import { open, reportLines } from 'vmcorekit';
import { identity } from './identity.ts';

const [path] = process.argv.slice(2);
if (path === undefined) {
  throw new Error('which dump?');
}
using dump = await open(path);
const { explanation } = await dump.locate();
const report = await dump.analyze(identity);
console.log([explanation, ...reportLines(report.text)].join('\n'));
