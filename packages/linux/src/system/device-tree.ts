import type { Kernel } from '@vmcorekit/core';
import { number, pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { type Fact, notProved, proved } from './fact.ts';
import { readVariable } from './read-variable.ts';

const maxProperties = 256;
const maxTextInBytes = 256;
/** The properties that name a machine; the kernel takes the first that there is. */
const names = ['model', 'compatible'] as const;

/**
 * The machine's name in the device tree that its firmware gave the kernel. Source: Linux,
 * include/linux/of.h (device_node, property, `of_root`), drivers/of/fdt.c
 * (of_flat_dt_get_machine_name).
 */
export function deviceTreeModelOf(
  kernel: Pick<Kernel, 'memory' | 'symbols' | 'types'>,
): Fact<string> {
  const { memory } = kernel;
  const node = knownReader(kernel, 'device_node', { first: pointer('properties') });
  const property = knownReader(kernel, 'property', {
    name: pointer('name'),
    length: number('length'),
    value: pointer('value'),
    next: pointer('next'),
  });
  return readVariable(kernel, ['of_root'], (address, from): Fact<string> => {
    const root = memory.readPointer(address);
    if (node === undefined || property === undefined) {
      return notProved(`no types of the kernel say how ${from} has its properties`);
    }
    const texts = new Map<string, string>();
    let at = root === 0n ? 0n : node.read(root).first;
    for (let count = 0; at !== 0n && count < maxProperties; count++) {
      const { name, length, value, next } = property.read(at);
      const known = names.find((each) => memory.readText(name, maxTextInBytes) === each);
      if (known !== undefined && length > 0 && value !== 0n) {
        texts.set(known, memory.readText(value, Math.min(length, maxTextInBytes)));
      }
      at = next;
    }
    const text = names.map((name) => texts.get(name)).find((each) => each !== undefined);
    return text === undefined ? notProved(`${from} names no model`) : proved(text, from);
  });
}
