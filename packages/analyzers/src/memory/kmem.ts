import {
  type Analyzer,
  defineAnalyzer,
  hex,
  printable,
  type Report,
  VmcorekitError,
} from '@vmcorekit/core';
import { kernelAnswer, partOrWhy } from '../kernel-answer.ts';
import { addressOf } from '../objects/address-of.ts';
import { areasPart, swapPart } from './areas-part.ts';
import { totalsPart, vmStatPart } from './counters-part.ts';
import type { KmemPart, ReadPart } from './kmem-part.ts';
import type { KmemReport } from './kmem-report.ts';
import { pagePart } from './page-part.ts';
import { slabsPart } from './slabs-part.ts';
import { nodesPart, zonesPart } from './zones-part.ts';

const options = {
  info: { type: 'boolean', summary: 'totals, as /proc/meminfo (the default)', default: false },
  vmstat: { type: 'boolean', summary: 'counters and events, as /proc/vmstat', default: false },
  zones: { type: 'boolean', summary: 'zones with their free blocks', default: false },
  nodes: { type: 'boolean', summary: 'show the NUMA nodes', default: false },
  slabs: { type: 'boolean', summary: 'slab caches, or the one called WHAT', default: false },
  vmalloc: { type: 'boolean', summary: 'vmalloc areas, with what asked for them', default: false },
  swap: { type: 'boolean', summary: 'swap devices', default: false },
  page: { type: 'boolean', summary: 'show the page of WHAT', default: false },
  what: { type: 'string', summary: 'an address, or the name of a slab cache', default: null },
} as const;

/** What each part is called where it is missing, and what reads it. */
type Part = Exclude<keyof typeof options, 'what'>;

const readers: Readonly<Record<Part, readonly [called: string, read: ReadPart]>> = {
  info: ['totals', totalsPart],
  vmstat: ['counters', vmStatPart],
  zones: ['zones', zonesPart],
  nodes: ['nodes', nodesPart],
  slabs: ['slab caches', slabsPart],
  vmalloc: ['vmalloc areas', areasPart],
  swap: ['swap devices', swapPart],
  page: ['page', pagePart],
};

/**
 * The memory of the kernel, as crash's `kmem` shows it. The data has the parts that were asked for;
 * null where none of them can be read.
 */
export const kmem: Analyzer<KmemReport | null, typeof options> = defineAnalyzer({
  name: 'kmem',
  summary: "the kernel's memory: totals, zones, slab caches, vmalloc, pages",
  options,
  run: (context, given) =>
    kernelAnswer<KmemReport | null>(context, { head: 'no answer to kmem' }, function* (kernel) {
      const asked = partsAsked(given);
      // An address is read here, so that a mistake in it is the caller's.
      const what =
        given.what !== null && asked.includes('page')
          ? hex(addressOf(kernel, given.what))
          : given.what;
      const found: KmemPart[] = [];
      const remarks: string[] = [];
      for (const name of asked) {
        const [called, read] = readers[name];
        const part = yield* partOrWhy(kernel, called, () => read(kernel, what));
        if (typeof part === 'string') {
          remarks.push(part);
        } else if (part.isEmpty === true) {
          remarks.push(...part.text.filter((line) => typeof line === 'string'));
        } else {
          found.push(part);
        }
      }
      return joined(found, [...kernel.types.remarks, ...remarks]);
    }),
});

/** Without any: the page of an address, or the totals. Throws `usage` for WHAT without a use. */
function partsAsked({
  what,
  ...given
}: Readonly<Record<keyof typeof readers, boolean>> & {
  readonly what: string | null;
}): readonly Part[] {
  const asked = (Object.keys(readers) as Part[]).filter((name) => given[name]);
  if (asked.length === 0) {
    return [what === null ? 'info' : 'page'];
  }
  const takesWhat = asked.includes('page') || asked.includes('slabs');
  if (what === null ? asked.includes('page') : !takesWhat) {
    throw new VmcorekitError('usage', {
      what: 'what kmem shows',
      got: what === null ? '--page without an address' : printable(what),
      allowed: 'an address for --page, or a name for --slabs',
    });
  }
  return asked;
}

function joined(parts: readonly KmemPart[], remarks: readonly string[]): Report<KmemReport | null> {
  const [first, ...others] = parts;
  if (first === undefined) {
    return { text: remarks, data: null };
  }
  return {
    text: [first, ...others].flatMap(({ text }, index) => (index === 0 ? text : ['', ...text])),
    data: Object.assign({}, ...parts.map(({ data }) => data)) as KmemReport,
    remarks: [...remarks, ...parts.flatMap((part) => part.remarks ?? [])],
    // Parts have columns of their own, so only one of them is a table.
    ...(others.length === 0 && first.rows !== undefined ? { rows: first.rows } : {}),
  };
}
