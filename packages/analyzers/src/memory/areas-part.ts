import { hex, printable, type ReportColumn, unknownText } from '@vmcorekit/core';
import {
  countIn,
  pageSizeOf,
  readSwapDevices,
  type VmallocArea,
  vmallocAreas,
  WalkNotes,
} from '@vmcorekit/linux';
import { oneTable } from '../tables.ts';
import type { ReadPart } from './kmem-part.ts';
import type { KmemArea, KmemSwap } from './kmem-report.ts';

const areasPerStep = 512;

const areaColumns: readonly ReportColumn<KmemArea>[] = [
  { key: 'start', title: 'START', value: ({ start }) => start },
  { key: 'end', title: 'END', value: ({ end }) => end },
  { key: 'size', title: 'SIZE', kind: 'number', value: ({ size }) => size },
  { key: 'pages', title: 'PAGES', kind: 'number', value: ({ pages }) => pages },
  { key: 'address', value: ({ address }) => address },
  { key: 'vm', value: ({ vm }) => vm },
  { key: 'physicalAddress', value: ({ physicalAddress }) => physicalAddress },
  { key: 'callerAddress', value: ({ callerAddress }) => callerAddress },
  {
    key: 'caller',
    title: 'CALLER',
    kind: 'prose',
    value: ({ caller }) => caller,
    text: ({ caller, callerAddress }) =>
      caller === null ? (callerAddress ?? unknownText) : printable(caller),
  },
];

/** The areas of vmalloc memory. */
export const areasPart: ReadPart = function* (kernel) {
  const notes = new WalkNotes();
  const areas: KmemArea[] = [];
  for (const area of vmallocAreas(kernel, notes)) {
    areas.push(kmemArea(area));
    if (areas.length % areasPerStep === 0) {
      yield { kind: 'progress', doing: 'walking the vmalloc areas', fraction: null };
    }
  }
  return {
    ...oneTable(areaColumns, areas),
    data: { areas },
    remarks: notes.remarks(),
  };
};

const swapColumns: readonly ReportColumn<KmemSwap>[] = [
  { key: 'address', title: 'SWAP_INFO', value: ({ address }) => address },
  { key: 'type', title: 'TYPE', value: ({ type }) => type },
  { key: 'size', title: 'SIZE', kind: 'number', value: ({ size }) => size },
  { key: 'used', title: 'USED', kind: 'number', value: ({ used }) => used },
  { key: 'priority', title: 'PRIORITY', kind: 'number', value: ({ priority }) => priority },
  {
    key: 'path',
    title: 'FILENAME',
    kind: 'prose',
    value: ({ path }) => path,
    text: ({ path }) => (path === null ? unknownText : printable(path)),
  },
];

/** The swap devices; sizes in KiB, as /proc/swaps. */
export const swapPart: ReadPart = function* (kernel) {
  const kib = BigInt(pageSizeOf(kernel) / 1024);
  const swap = readSwapDevices(kernel).map((device) => ({
    address: hex(device.address),
    path: device.path,
    type: device.type,
    size: countIn(BigInt(device.pages) * kib),
    used: countIn(device.pagesInUse * kib),
    priority: device.priority,
    isWritable: device.isWritable,
  }));
  return {
    ...oneTable(swapColumns, swap, 'no swap device is in use'),
    data: { swap },
  };
};

function kmemArea(area: VmallocArea): KmemArea {
  const { caller, callerSymbol } = area;
  const offset = callerSymbol === null || caller === null ? 0n : caller - callerSymbol.address;
  const module = callerSymbol?.module ?? null;
  return {
    address: hex(area.address),
    start: hex(area.start),
    end: hex(area.end),
    size: countIn(area.end - area.start),
    vm: area.vm === null ? null : hex(area.vm),
    pages: area.pageCount === null ? null : countIn(area.pageCount),
    physicalAddress: area.physicalAddress === null ? null : hex(area.physicalAddress),
    callerAddress: caller === null ? null : hex(caller),
    caller:
      callerSymbol === null
        ? null
        : `${callerSymbol.name}+${hex(offset)}${module === null ? '' : ` [${module}]`}`,
  };
}
