// kernel-addresses DUMP COUNT: prints so many random readable addresses in the kernel's image, in
// decimal, always the same ones.
import { isVmcorekitError } from '@vmcorekit/core';
import { kernelMemory } from '@vmcorekit/engine';
import { FileSource } from '@vmcorekit/node';
import { createDefaultToolkit } from 'vmcorekit';

const [path = '', count = '0'] = process.argv.slice(2);
const imageInBytes = 32 << 20;

const toolkit = createDefaultToolkit();
using dump = await toolkit.open(new FileSource(path));
const { kernel } = await toolkit.locate(dump);
const space = kernel?.root == null ? null : kernelMemory(dump, kernel.root);
const start = kernel?.textVirtualAddress ?? null;
if (space === null || start === null) {
  throw new Error('no kernel found, or no page tables');
}
const addresses: bigint[] = [];
for (
  let state = 1, tries = 0;
  addresses.length < Number(count) && tries < 4 * Number(count);
  tries++
) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  const address = start + BigInt(Math.floor((state / 2 ** 32) * (imageInBytes / 8)) * 8);
  try {
    space.readUint64(address);
    addresses.push(address);
  } catch (error) {
    if (!isVmcorekitError(error)) {
      throw error;
    }
  }
}
process.stdout.write(`${addresses.join('\n')}\n`);
