import { hex, type Kernel, tryRead } from '@vmcorekit/core';
import { directMapOf, pfnOfPage } from '../memory/direct-map.ts';
import { slabObjectAt } from '../memory/slab-object.ts';
import type { AddressAnswer } from './answer.ts';
import { memberAt } from './member-at.ts';

/** An address in the direct map or among the `struct page`s. */
export function pageAnswers(kernel: Kernel, address: bigint): AddressAnswer[] {
  const map = directMapOf(kernel);
  if (map === undefined) {
    return [];
  }
  const { base, baseFrom, vmemmap, vmemmapFrom, pageCount, pageStructSize, pageSize } = map;
  const struct = kernel.types.struct('page');
  const ofPage = pfnOfPage(map, address);
  if (struct !== undefined && ofPage !== undefined) {
    const member = memberAt(struct, Number((address - vmemmap) % pageStructSize));
    return [
      {
        kind: 'page',
        text: `struct page${member} of pfn ${hex(ofPage)}`,
        how: `${vmemmapFrom} is ${hex(vmemmap)}`,
        facts: { pfn: Number(ofPage), physicalAddress: hex(ofPage * pageSize) },
      },
    ];
  }
  const physical = address - base;
  if (physical < 0n || physical >= pageCount * pageSize) {
    return [];
  }
  const pfn = physical / pageSize;
  const page = vmemmap + pfn * pageStructSize;
  const isMapped = tryRead(() => kernel.memory.translate(address).physicalAddress);
  return [
    {
      kind: 'direct map',
      text: `physical address ${hex(physical)} (pfn ${hex(pfn)}), in the direct map`,
      how:
        isMapped === Number(physical)
          ? `${baseFrom} is ${hex(base)}, and the page tables agree`
          : `${baseFrom} is ${hex(base)}; no page table maps it there`,
      facts: { physicalAddress: hex(physical), pfn: Number(pfn), page: hex(page) },
    },
    ...slabAnswer(kernel, address),
  ];
}

/** The object of a slab cache that holds an address. */
function slabAnswer(kernel: Kernel, address: bigint): AddressAnswer[] {
  const map = directMapOf(kernel);
  const found = map === undefined ? undefined : slabObjectAt(kernel, map, address);
  if (found === undefined) {
    return [];
  }
  const { cache, cacheAddress, object, objectSizeInBytes, offset, state, how } = found;
  const what =
    state === null ? 'an object' : state === 'free' ? 'a free object' : 'an object in use';
  return [
    {
      kind: 'slab',
      text: `${offset === 0 ? 'the start' : hex(offset)} of ${what} of slab cache '${cache}' at ${hex(object)}`,
      how,
      facts: {
        cache,
        cacheAddress: hex(cacheAddress),
        object: hex(object),
        objectSize: objectSizeInBytes,
        offset,
        state,
      },
    },
  ];
}
