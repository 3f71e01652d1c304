import {
  type CellValue,
  hex,
  type Kernel,
  printable,
  type ReportColumn,
  reportRows,
  reportTable,
  tryRead,
  type VirtualAddress,
} from '@vmcorekit/core';
import {
  countIn,
  type DirectMap,
  directMapOf,
  freeBlockOf,
  inodeOfMapping,
  isSlabPage,
  mappingKindOf,
  type PageFrame,
  pageFlagNames,
  pageFrameAt,
  pageTypeOf,
  pfnOfPage,
  slabObjectAt,
  withoutTypes,
} from '@vmcorekit/linux';
import type { ReadPart } from './kmem-part.ts';
import type { KmemPage } from './kmem-report.ts';

/** A lower address is physical, as for the other commands. */
const physicalBits = 52n;

const columns: readonly ReportColumn<readonly [string, CellValue]>[] = [
  { key: 'name', title: 'PAGE', value: ([name]) => name },
  {
    key: 'value',
    title: 'VALUE',
    kind: 'prose',
    value: ([, value]) => value,
    text: ([, value]) => printable(Array.isArray(value) ? value.join(' ') : String(value)),
  },
];

/** The `struct page` of an address, and what its page is used for. */
export const pagePart: ReadPart = function* (kernel, what) {
  const address = BigInt(what ?? 0);
  const map = directMapOf(kernel);
  if (map === undefined) {
    return missing(withoutTypes(kernel, 'where struct pages lie (vmemmap_base, struct page)'));
  }
  const physical = physicalOf(kernel, map, address);
  if (physical === undefined) {
    return missing(`no page table maps ${hex(address)}, so it has no page`);
  }
  const frame = pageFrameAt(kernel, map, physical / map.pageSize);
  if (frame === undefined) {
    return missing(`the struct page of physical address ${hex(physical)} cannot be read`);
  }
  const page = pageOf(kernel, map, frame, physical);
  const lines = Object.entries(page).flatMap(([name, value]): [string, CellValue][] =>
    value === null
      ? []
      : typeof value === 'object' && !Array.isArray(value)
        ? Object.entries(value).map(([key, each]) => [`${name}.${key}`, each as CellValue])
        : [[name, value as CellValue]],
  );
  return {
    text: [
      reportTable(
        columns,
        lines.filter(([, value]) => value !== null),
      ),
    ],
    rows: reportRows(columns, lines),
    data: { page },
  };
};

function missing(line: string): { text: string[]; data: Record<string, never>; isEmpty: true } {
  return { text: [line], data: {}, isEmpty: true };
}

/** A struct page stands for its page; another virtual address is translated. */
function physicalOf(kernel: Kernel, map: DirectMap, address: VirtualAddress): bigint | undefined {
  if (address < 1n << physicalBits) {
    return address;
  }
  const pfn = pfnOfPage(map, address);
  if (pfn !== undefined) {
    return pfn * map.pageSize;
  }
  const found = tryRead(() => kernel.memory.translate(address).physicalAddress);
  return found === undefined ? undefined : BigInt(found);
}

function pageOf(kernel: Kernel, map: DirectMap, frame: PageFrame, physical: bigint): KmemPage {
  const type = pageTypeOf(kernel, frame.pageType);
  const headPfn = frame.head === null ? undefined : pfnOfPage(map, frame.head);
  // A tail keeps other things in its flags and counts: the head's are those of the whole.
  const head = headPfn === undefined ? frame : (pageFrameAt(kernel, map, headPfn) ?? frame);
  const isSlab = isSlabPage(kernel, head);
  const block = freeBlockOf(kernel, map, frame.pfn);
  const isPlain = !isSlab && type === null && block === undefined;
  const mappingKind = isPlain ? mappingKindOf(head.mapping) : null;
  const inode = mappingKind === 'file' ? inodeOfMapping(kernel, head.mapping ?? 0n) : null;
  const slab = isSlab ? slabObjectAt(kernel, map, map.base + physical) : undefined;
  const flags = pageFlagNames(kernel, head.flags);
  return {
    physicalAddress: hex(physical),
    pfn: countIn(frame.pfn),
    page: hex(frame.address),
    use: isSlab
      ? 'slab'
      : block !== undefined
        ? 'free'
        : type === 'table'
          ? 'page table'
          : (type ?? useOf(mappingKind, flags)),
    flags,
    flagsWord: hex(head.flags),
    refcount: head.refcount,
    mapcount: isPlain && frame.pageType !== null ? (frame.pageType | 0) + 1 : null,
    mapping: isPlain && head.mapping !== null && head.mapping !== 0n ? hex(head.mapping) : null,
    index: mappingKind === null || head.index === null ? null : countIn(head.index),
    head: frame.head === null ? null : hex(frame.head),
    freeBlock: block === undefined ? null : { pfn: countIn(block.pfn), order: block.order },
    slab:
      slab === undefined
        ? null
        : {
            cache: slab.cache,
            cacheAddress: hex(slab.cacheAddress),
            object: hex(slab.object),
            objectSize: slab.objectSizeInBytes,
            offset: slab.offset,
            state: slab.state,
            how: slab.how,
          },
    inode:
      inode === null
        ? null
        : { address: hex(inode.address), number: countIn(inode.number), device: inode.device },
  };
}

/** Null where nothing of the page says what it is used for. */
function useOf(mapping: ReturnType<typeof mappingKindOf>, flags: readonly string[]): string | null {
  if (mapping !== null) {
    return mapping === 'file' ? 'page cache' : mapping;
  }
  return flags.includes('reserved') ? 'reserved' : null;
}
