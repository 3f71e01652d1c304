// stack OUT BYTES FORMAT DUMP...: writes a dump with the memories of dumps, one above the other, in
// turn, until it has so many bytes. FORMAT is `elf`, or the compression of a KDUMP file. The notes
// are those of the first dump.
import type { DumpImage } from '@vmcorekit/core';
import { OutputFile } from '@vmcorekit/node';
import { createDefaultToolkit, open } from 'vmcorekit';
import { StackedMemory } from './stacked-memory.ts';

const [to = '', sizeInBytes = '', format = '', first = '', ...others] = process.argv.slice(2);
const toolkit = createDefaultToolkit();
using dump = await open(first);
const above = await Promise.all(others.map(async (path) => open(path)));
const memory = new StackedMemory(
  [dump.image.memory, ...above.map(({ image }) => image.memory)],
  Number(sizeInBytes),
);
const image: DumpImage = Object.create(dump.image, { memory: { value: memory } });
using file = new OutputFile(to);
const [name, options] = format === 'elf' ? ['elf', {}] : ['kdump', { compression: format }];
const { writer } = toolkit.registry.named('formats', name);
const work = await writer?.write(image, file, options, toolkit);
while (work?.next().done === false) {
  // Each step is a few pages.
}
file.commit();
