import { hex, printable, type ReportColumn, unknownText } from '@vmcorekit/core';
import { countIn, pageSizeOf, readSlabCaches, type SlabCache } from '@vmcorekit/linux';
import { addressColumn, oneTable } from '../tables.ts';
import type { ReadPart } from './kmem-part.ts';
import type { KmemCache } from './kmem-report.ts';

const columns: readonly ReportColumn<KmemCache>[] = [
  addressColumn('CACHE'),
  { key: 'name', title: 'NAME', value: ({ name }) => name, text: nameText },
  { key: 'objectSize', title: 'OBJSIZE', kind: 'number', value: ({ objectSize }) => objectSize },
  { key: 'inUse', title: 'IN USE', kind: 'number', value: ({ inUse }) => inUse },
  { key: 'active', title: 'ACTIVE', kind: 'number', value: ({ active }) => active },
  { key: 'objects', title: 'TOTAL', kind: 'number', value: ({ objects }) => objects },
  { key: 'slabs', title: 'SLABS', kind: 'number', value: ({ slabs }) => slabs },
  { key: 'slabSize', title: 'SLABSIZE', kind: 'number', value: ({ slabSize }) => slabSize },
  { key: 'size', value: ({ size }) => size },
  { key: 'objectsPerSlab', value: ({ objectsPerSlab }) => objectsPerSlab },
  { key: 'kept', value: ({ kept }) => kept },
];

/** The slab caches, or those of one name. */
export const slabsPart: ReadPart = function* (kernel, what) {
  const { caches: found, remarks } = yield* readSlabCaches(kernel, what ?? undefined);
  const pageSize = pageSizeOf(kernel);
  const caches = found.map((cache) => kmemCache(cache, pageSize));
  return {
    ...oneTable(
      columns,
      caches,
      what === null ? 'no slab caches' : `no slab cache is called ${printable(what)}`,
    ),
    data: { caches },
    isEmpty: caches.length === 0,
    remarks: [
      ...remarks,
      ...found.flatMap(({ name, address, because }) =>
        because === undefined
          ? []
          : [`slab cache ${name === null ? hex(address) : printable(name)}: ${because}`],
      ),
    ],
  };
};

function nameText({ name }: KmemCache): string {
  return name === null ? unknownText : printable(name);
}

function kmemCache(cache: SlabCache, pageSizeInBytes: number): KmemCache {
  const count = (value: bigint | null) => (value === null ? null : countIn(value));
  return {
    address: hex(cache.address),
    name: cache.name,
    objectSize: cache.objectSizeInBytes,
    size: cache.sizeInBytes,
    objectsPerSlab: cache.objectsPerSlab,
    slabSize: cache.pagesPerSlab * pageSizeInBytes,
    slabs: count(cache.slabs),
    objects: count(cache.objects),
    active: count(cache.active),
    kept: count(cache.kept),
    inUse: count(cache.inUse),
  };
}
