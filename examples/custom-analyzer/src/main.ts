// node dist-test/src/main.js DUMP
import { plugin as architectures } from '@vmcorekit/architectures';
import { plugin as compressors } from '@vmcorekit/compressors';
import { createToolkit } from '@vmcorekit/engine';
import { plugin as elf } from '@vmcorekit/format-elf';
import { plugin as kdump } from '@vmcorekit/format-kdump';
import { plugin as heuristics } from '@vmcorekit/heuristics';
import { plugin as linux } from '@vmcorekit/linux';
import { FileSource } from '@vmcorekit/node';
import { identity } from './identity.ts';

const [path] = process.argv.slice(2);
if (path === undefined) {
  throw new Error('which dump?');
}
const toolkit = createToolkit([compressors, architectures, elf, kdump, linux, heuristics]);
const dump = await toolkit.open(new FileSource(path));
const verdict = await toolkit.locate(dump);
const report = await toolkit.analyze(identity, dump, verdict);
console.log([verdict.explanation, ...report.text].join('\n'));
dump[Symbol.dispose]();
