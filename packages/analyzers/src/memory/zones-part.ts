import {
  hex,
  type Kernel,
  printable,
  type ReportColumn,
  reportRows,
  reportTable,
  unknownText,
} from '@vmcorekit/core';
import {
  countIn,
  type MemoryNode,
  type MemoryZone,
  nodeCounters,
  readMemoryNodes,
  zoneCounters,
} from '@vmcorekit/linux';
import { oneTable } from '../tables.ts';
import { kmemCounter } from './counters-part.ts';
import type { ReadPart } from './kmem-part.ts';
import type { KmemNode, KmemZone } from './kmem-report.ts';

const zoneColumns: readonly ReportColumn<KmemZone>[] = [
  { key: 'node', title: 'NODE', kind: 'number', value: ({ node }) => node },
  { key: 'name', title: 'ZONE', value: ({ name }) => name, text: ({ name }) => nameText(name) },
  { key: 'address', title: 'ADDRESS', value: ({ address }) => address },
  { key: 'startPfn', title: 'START', kind: 'number', value: ({ startPfn }) => startPfn },
  { key: 'spanned', title: 'SPANNED', kind: 'number', value: ({ spanned }) => spanned },
  { key: 'present', title: 'PRESENT', kind: 'number', value: ({ present }) => present },
  { key: 'managed', title: 'MANAGED', kind: 'number', value: ({ managed }) => managed },
  { key: 'free', title: 'FREE', kind: 'number', value: ({ free }) => free },
  ...['min', 'low', 'high'].map(
    (mark): ReportColumn<KmemZone> => ({
      key: mark,
      title: mark.toUpperCase(),
      kind: 'number',
      value: ({ watermarks }) => watermarks[mark] ?? null,
    }),
  ),
];

const blockColumns = (orders: number): readonly ReportColumn<KmemZone>[] => [
  { title: 'NODE', kind: 'number', value: ({ node }) => node },
  { title: 'ZONE', value: ({ name }) => name, text: ({ name }) => nameText(name) },
  ...Array.from(
    { length: orders },
    (_, order): ReportColumn<KmemZone> => ({
      title: String(order),
      kind: 'number',
      value: ({ freeBlocks }) => freeBlocks?.[order] ?? null,
    }),
  ),
];

/** The zones with their free blocks. */
export const zonesPart: ReadPart = function* (kernel) {
  const nodes = yield* readMemoryNodes(kernel);
  const zones = nodes.flatMap((node) => node.zones).map((zone) => kmemZone(kernel, zone));
  const populated = zones.filter(({ present }) => present !== 0);
  const orders = Math.max(0, ...populated.map(({ freeBlocks }) => freeBlocks?.length ?? 0));
  return {
    text: [
      reportTable(zoneColumns, populated),
      '',
      'free blocks of 2^n pages:',
      reportTable(blockColumns(orders), populated),
    ],
    rows: reportRows(zoneColumns, zones),
    data: { zones },
  };
};

const nodeColumns: readonly ReportColumn<KmemNode>[] = [
  { key: 'id', title: 'NODE', kind: 'number', value: ({ id }) => id },
  { key: 'address', title: 'ADDRESS', value: ({ address }) => address },
  { key: 'startPfn', title: 'START', kind: 'number', value: ({ startPfn }) => startPfn },
  { key: 'spanned', title: 'SPANNED', kind: 'number', value: ({ spanned }) => spanned },
  { key: 'present', title: 'PRESENT', kind: 'number', value: ({ present }) => present },
  {
    key: 'zones',
    title: 'ZONES',
    kind: 'prose',
    value: ({ zones }) => zones.map(nameText),
    text: ({ zones }) => (zones.length === 0 ? unknownText : zones.map(nameText).join(', ')),
  },
];

/** The nodes with the zones that have memory. */
export const nodesPart: ReadPart = function* (kernel) {
  const nodes = (yield* readMemoryNodes(kernel)).map((node) => kmemNode(kernel, node));
  return {
    ...oneTable(nodeColumns, nodes),
    data: { nodes },
  };
};

function nameText(name: string | null): string {
  return name === null ? unknownText : printable(name);
}

function kmemZone(kernel: Kernel, zone: MemoryZone): KmemZone {
  const counters = zoneCounters(kernel, zone).map(kmemCounter);
  const marks = [...(kernel.types.enumeration('zone_watermarks') ?? [])];
  return {
    address: hex(zone.address),
    node: zone.node,
    name: zone.name,
    startPfn: countIn(zone.startPfn),
    spanned: countIn(zone.spanned),
    present: countIn(zone.present),
    managed: countIn(zone.managed),
    free: counters.find(({ name }) => name === 'nr_free_pages')?.value ?? null,
    watermarks: Object.fromEntries(
      marks.flatMap(([name, index]) => {
        const pages = zone.watermarks[Number(index)];
        return pages === undefined
          ? []
          : [[name.replace(/^WMARK_/, '').toLowerCase(), countIn(pages + (zone.boost ?? 0n))]];
      }),
    ),
    protection: zone.protection.map(countIn),
    freeBlocks: zone.freeBlocks?.map(countIn) ?? null,
    counters,
    cpuPages: zone.cpuPages,
  };
}

function kmemNode(kernel: Kernel, node: MemoryNode): KmemNode {
  return {
    id: node.id,
    address: hex(node.address),
    startPfn: countIn(node.startPfn),
    spanned: countIn(node.spanned),
    present: countIn(node.present),
    zones: node.zones.filter(({ present }) => present !== 0n).map(({ name }) => name),
    counters: nodeCounters(kernel, node).map(kmemCounter),
  };
}
