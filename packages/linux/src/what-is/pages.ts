import { hex, type Kernel, type KernelObject, tryRead } from '@vmcorekit/core';
import type { AddressAnswer } from './answer.ts';
import { memberAt } from './member-at.ts';

/** MAX_ORDER-like bound of a slab's pages; no slab is larger. */
const maxSlabInBytes = 2 ** 22;
/** Since Linux 6.11 the upper byte of `page_type` is one of `enum pagetype`. */
const pageTypeShift = 24n;

/** Where an x86-64 kernel keeps all memory, and its `struct page`s. */
interface Layout {
  readonly directMap: bigint;
  readonly vmemmap: bigint;
  readonly pageCount: bigint;
  readonly pageStructSize: bigint;
  readonly pageSize: bigint;
}

/**
 * An address in the direct map or among the `struct page`s. The bases are variables of x86-64 since
 * Linux 4.17 (CONFIG_DYNAMIC_MEMORY_LAYOUT). Source: Linux, arch/x86/include/asm/page_64.h.
 */
export function pageAnswers(kernel: Kernel, address: bigint): AddressAnswer[] {
  const layout = layoutOf(kernel);
  if (layout === undefined) {
    return [];
  }
  const { directMap, vmemmap, pageCount, pageStructSize, pageSize } = layout;
  const struct = kernel.types.struct('page');
  const atPage = address - vmemmap;
  if (struct !== undefined && atPage >= 0n && atPage < pageCount * pageStructSize) {
    const pfn = atPage / pageStructSize;
    const member = memberAt(struct, Number(atPage % pageStructSize));
    return [
      {
        kind: 'page',
        text: `struct page${member} of pfn ${hex(pfn)}`,
        how: `vmemmap_base is ${hex(vmemmap)}`,
        facts: { pfn: Number(pfn), physicalAddress: hex(pfn * pageSize) },
      },
    ];
  }
  const physical = address - directMap;
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
          ? `page_offset_base is ${hex(directMap)}, and the page tables agree`
          : `page_offset_base is ${hex(directMap)}; no page table maps it there`,
      facts: { physicalAddress: hex(physical), pfn: Number(pfn), page: hex(page) },
    },
    ...(tryRead(() => slabAnswer(kernel, layout, address, page)) ?? []),
  ];
}

function layoutOf(kernel: Kernel): Layout | undefined {
  const { symbols, memory, types, root } = kernel;
  const [directMap, vmemmap, pageCount] = ['page_offset_base', 'vmemmap_base', 'max_pfn'].map(
    (name) => {
      const at = symbols.find(name)?.address;
      return at === undefined ? undefined : tryRead(() => memory.readPointer(at));
    },
  );
  const size = types.struct('page')?.sizeInBytes;
  return directMap === undefined || vmemmap === undefined || pageCount === undefined || !size
    ? undefined
    : {
        directMap,
        vmemmap,
        pageCount,
        pageStructSize: BigInt(size),
        pageSize: BigInt(root.basePageSizeInBytes),
      };
}

/** The object of a slab cache that holds an address. Whether it is in use is not proved. */
function slabAnswer(
  kernel: Kernel,
  { vmemmap, directMap, pageStructSize, pageSize }: Layout,
  address: bigint,
  pageAt: bigint,
): AddressAnswer[] {
  const { types } = kernel;
  if (
    types.struct('page')?.member('compound_head') === undefined ||
    types.struct('slab')?.member('slab_cache') === undefined
  ) {
    return [];
  }
  const link = kernel.object('struct page', pageAt).at('compound_head').bits();
  const headAt = (link & 1n) === 1n ? link - 1n : pageAt;
  if (!isSlab(kernel, kernel.object('struct page', headAt))) {
    return [];
  }
  const cache = kernel.object('struct slab', headAt).at('slab_cache').dereference();
  const size = cache.at('size').bits();
  const start = directMap + ((headAt - vmemmap) / pageStructSize) * pageSize;
  const within = address - start;
  const name = cache.at('name').text();
  if (size === 0n || within < 0n || within >= BigInt(maxSlabInBytes)) {
    return [];
  }
  const object = start + (within / size) * size;
  const offset = Number(address - object);
  return [
    {
      kind: 'slab',
      text: `${offset === 0 ? 'the start' : hex(offset)} of an object of slab cache '${name}' at ${hex(object)}`,
      how: "the page's slab_cache; whether the object is in use is not proved",
      facts: {
        cache: name,
        cacheAddress: hex(cache.address),
        object: hex(object),
        objectSize: cache.at('object_size').number(),
        offset,
      },
    },
  ];
}

/** A flag up to Linux 6.9, and a type of page since 6.11. Source: include/linux/page-flags.h. */
function isSlab({ types }: Kernel, page: KernelObject): boolean {
  const flag = types.enumeration('pageflags')?.get('PG_slab');
  const type = types.enumeration('pagetype')?.get('PGTY_slab');
  if (type !== undefined) {
    return page.at('page_type').bits() >> pageTypeShift === type;
  }
  return flag !== undefined && ((page.at('flags').bits() >> flag) & 1n) === 1n;
}
