import type { Kernel, KernelStruct, StructType } from '@vmcorekit/core';
import { resourceTreeOf } from '../without-types/resource-tree.ts';
import { type Fact, notProved, proved } from './fact.ts';
import { readAt, readVariable } from './read-variable.ts';
import { isSystemRam } from './system-ram-name.ts';

/** Entries of /proc/iomem; machines have hundreds. */
const maxResources = 16_384;
/** More than any machine has: 2^52 bytes. */
const maxBytes = 2n ** 52n;
const nameLimitInBytes = 256;
/** The root of the tree; found by its shape where no symbol names it. */
const rootName = 'iomem_resource';
const members = ['start', 'end', 'name', 'sibling', 'child'] as const;
/**
 * How many bytes of RAM the kernel knows of: what /proc/iomem names `System RAM`. Source: Linux,
 * kernel/resource.c (`iomem_resource`), include/linux/ioport.h (`struct resource`).
 */
export function systemRamOf(kernel: Kernel): Fact<number> {
  const read = (address: bigint, name: string): Fact<number> => {
    const type = kernel.types.struct('resource');
    if (type === undefined || members.some((member) => type.member(member) === undefined)) {
      return notProved(`no source gives the layout of struct resource, to which ${name} leads`);
    }
    const bytes = ramBelow(kernel, type, address);
    return bytes === undefined || bytes === 0n || bytes > maxBytes
      ? notProved(`the tree of ${name} is damaged, or names no System RAM`)
      : proved(Number(bytes), name);
  };
  const root = resourceTreeOf(kernel)?.root;
  return root === undefined ? readVariable(kernel, [rootName], read) : readAt(root, rootName, read);
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
