import type { Kernel, KernelStruct, StructType } from '@vmcorekit/core';
import { type Fact, notProved, proved } from './fact.ts';
import { readVariable } from './read-variable.ts';

/** Entries of /proc/iomem; machines have hundreds. */
const maxResources = 16_384;
/** More than any machine has: 2^52 bytes. */
const maxBytes = 2n ** 52n;
const nameLimitInBytes = 256;
const members = ['start', 'end', 'name', 'sibling', 'child'] as const;
/** RAM as the firmware or a hotplug names it: `System RAM`, `System RAM (kmem)`. */
const ramName = /^System RAM(?: \(|$)/;

/** Whether a resource of that name is RAM. */
export function isSystemRam(name: string): boolean {
  return ramName.test(name);
}

/**
 * How many bytes of RAM the kernel knows of: what /proc/iomem names `System RAM`. Source: Linux,
 * kernel/resource.c (`iomem_resource`), include/linux/ioport.h (`struct resource`).
 */
export function systemRamOf(kernel: Kernel): Fact<number> {
  return readVariable(kernel, ['iomem_resource'], (address, name): Fact<number> => {
    const type = kernel.types.struct('resource');
    if (type === undefined || members.some((member) => type.member(member) === undefined)) {
      return notProved(`no source gives the layout of struct resource, to which ${name} leads`);
    }
    const bytes = ramBelow(kernel, type, address);
    return bytes === undefined || bytes === 0n || bytes > maxBytes
      ? notProved(`the tree of ${name} is damaged, or names no System RAM`)
      : proved(Number(bytes), name);
  });
}

/**
 * Undefined where the tree is none: too many entries, ranges that end before they begin, an entry
 * of zeros, as in a page that was wiped.
 */
function ramBelow(kernel: Kernel, type: StructType, root: bigint): bigint | undefined {
  const { memory } = kernel;
  const pending = [memory.struct(type, root).pointer('child')];
  let bytes = 0n;
  for (let count = 0; pending.length > 0; count++) {
    const address = pending.pop() ?? 0n;
    if (address === 0n) {
      continue;
    }
    const resource = memory.struct(type, address);
    const size = sizeOf(resource);
    const name = resource.pointer('name');
    if (count > maxResources || size < 0n || (size === 1n && name === 0n)) {
      return undefined;
    }
    pending.push(resource.pointer('sibling'));
    if (name !== 0n && isSystemRam(memory.readText(name, nameLimitInBytes))) {
      bytes += size;
    } else {
      pending.push(resource.pointer('child'));
    }
  }
  return bytes;
}

/** Both ends belong to it; addresses are 32 or 64 bits wide (resource_size_t). */
function sizeOf(resource: KernelStruct): bigint {
  const isWide = resource.type.member('start')?.sizeInBytes !== 4;
  const at = (member: 'start' | 'end') =>
    isWide ? resource.uint64(member) : BigInt(resource.uint32(member));
  return at('end') - at('start') + 1n;
}
