// random-reads DUMP < addresses: translates these kernel virtual addresses (decimal) and reads 8
// bytes at each. One round comes first, untimed.
import { readFileSync } from 'node:fs';
import { kernelMemory } from '@vmcorekit/engine';
import { FileSource } from '@vmcorekit/node';
import { createDefaultToolkit } from 'vmcorekit';
import { timed } from './stopwatch.ts';

const [path = ''] = process.argv.slice(2);
const addresses = readFileSync(0, 'utf8').trim().split('\n').map(BigInt);

const toolkit = createDefaultToolkit();
using dump = await toolkit.open(new FileSource(path));
const { kernel } = await toolkit.locate(dump);
const space = kernel?.root == null ? null : kernelMemory(dump, kernel.root);
if (space === null) {
  throw new Error('no kernel found, or no page tables');
}
const readAll = (): { count: number; bytes: number } => {
  for (const address of addresses) {
    space.readUint64(address);
  }
  return { count: addresses.length, bytes: addresses.length * 8 };
};
readAll();
await timed(readAll);
