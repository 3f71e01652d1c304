import { type Kernel, latin1Bytes, resultOf } from '@vmcorekit/core';
import { readMemoryNodes, readMemoryTotals, vmCountersOf, vmStatLines } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { addressOf, words } from '../system/kernel-with.ts';
import { memoryKernel, memoryTypes, structBytes } from './memory-kernel.ts';

/** Two zones, of which the second has no memory; three orders; two counters a zone and a node. */
const types = memoryTypes({
  structs: {
    free_area: ['u64 lists[2]', 'u64 nr_free'],
    per_cpu_zonestat: ['s8 vm_stat_diff[2]', 'u64 vm_numa_event[1]'],
    per_cpu_pages: ['u32 count', 'u32 batch'],
    per_cpu_nodestat: ['s8 vm_node_stat_diff[2]'],
    zone: [
      'u64 _watermark[3]',
      'u64 watermark_boost',
      'u64 lowmem_reserve[2]',
      'void *per_cpu_pageset',
      'void *per_cpu_zonestats',
      'u64 zone_start_pfn',
      'u64 managed_pages',
      'u64 spanned_pages',
      'u64 present_pages',
      'char *name',
      'struct free_area free_area[3]',
      'u64 vm_stat[2]',
      'u64 vm_numa_event[1]',
    ],
    pglist_data: [
      'struct zone node_zones[2]',
      'u64 node_start_pfn',
      'u64 node_present_pages',
      'u64 node_spanned_pages',
      'void *per_cpu_nodestats',
      'u64 vm_stat[2]',
    ],
  },
  enums: {
    zone_stat_item: ['NR_FREE_PAGES', 'NR_MLOCK', 'NR_VM_ZONE_STAT_ITEMS'],
    numa_stat_item: ['NUMA_HIT', 'NR_VM_NUMA_EVENT_ITEMS'],
    node_stat_item: ['NR_ANON_MAPPED', 'NR_FILE_MAPPED', 'NR_VM_NODE_STAT_ITEMS'],
    zone_watermarks: ['WMARK_MIN', 'WMARK_LOW', 'WMARK_HIGH'],
  },
});

const names = ['node', 'nr_cpu_ids', 'mask', 'offsets', 'texts', 'cpu0', 'cpu1'] as const;
const at = (name: (typeof names)[number]) => addressOf(names.indexOf(name));
const textsAt = (index: number) => at('texts') + BigInt(64 * index);

interface Fields {
  readonly firstZone?: Readonly<Record<string, bigint | readonly bigint[]>>;
  readonly isCpuLost?: boolean;
}

/** CPU 0 keeps 3 free pages back and owes 2 mapped ones; CPU 1 owes 5 free ones. */
function kernelOf({ firstZone = {}, isCpuLost = false }: Fields = {}): Kernel {
  const zone = structBytes(types, 'zone', {
    name: textsAt(0),
    per_cpu_zonestats: at('cpu0') + 64n,
    per_cpu_pageset: at('cpu0') + 128n,
    zone_start_pfn: 16n,
    managed_pages: 100n,
    spanned_pages: 120n,
    present_pages: 110n,
    _watermark: [1n, 2n, 3n],
    watermark_boost: 10n,
    lowmem_reserve: [0n, 7n],
    vm_stat: [50n, -1n],
    vm_numa_event: [1000n],
    ...firstZone,
  });
  // The number of free blocks of each order lies in a structure of its own.
  const areaAt = types.struct('zone')?.member('free_area')?.offsetInBytes ?? 0;
  for (const [order, count] of [4n, 5n, 9n].entries()) {
    zone.set(structBytes(types, 'free_area', { nr_free: count }), areaAt + 24 * order);
  }
  const empty = structBytes(types, 'zone', { name: textsAt(1) });
  const zones = new Uint8Array([...zone, ...empty]);
  const cpu = (zoneDiff: readonly bigint[], nodeDiff: readonly bigint[], pages: bigint) => {
    const bytes = new Uint8Array(256);
    bytes.set(structBytes(types, 'per_cpu_nodestat', { vm_node_stat_diff: nodeDiff }), 0);
    bytes.set(
      structBytes(types, 'per_cpu_zonestat', { vm_stat_diff: zoneDiff, vm_numa_event: [7n] }),
      64,
    );
    bytes.set(structBytes(types, 'per_cpu_pages', { count: pages, batch: 15n }), 128);
    return bytes;
  };
  const texts = ['DMA', 'Normal', 'nr_free_pages', 'nr_mlock', 'numa_hit', 'nr_anon', 'nr_mapped'];
  const text = new Uint8Array(64 * texts.length);
  for (const [index, each] of texts.entries()) {
    text.set(latin1Bytes(`${each}\0`), 64 * index);
  }
  return memoryKernel(types, {
    node: structBytes(types, 'pglist_data', {
      node_zones: zones,
      node_start_pfn: 16n,
      node_present_pages: 110n,
      node_spanned_pages: 120n,
      per_cpu_nodestats: at('cpu0'),
      vm_stat: [20n, 30n],
    }),
    nr_cpu_ids: words(2n),
    __cpu_possible_mask: words(3n),
    __per_cpu_offset: words(0n, at('cpu1') - at('cpu0')),
    texts: text,
    cpu0: cpu([3n, 1n], [0n, -2n], 4n),
    cpu1: isCpuLost ? null : cpu([-5n, 1n], [1n, 0n], 6n),
    __cpu_present_mask: words(3n),
    node_data: words(at('node')),
    nr_node_ids: words(1n),
    vm_zone_stat: words(50n, -1n),
    vm_node_stat: words(20n, 30n),
    vm_numa_event: words(1000n),
    vmstat_text: words(...[2, 3, 4, 5, 6].map(textsAt)),
    _totalram_pages: words(100n),
  });
}

describe("the kernel's memory by node and zone", () => {
  it('has pages, watermarks, free blocks, and what CPUs keep', () => {
    const [node] = resultOf(readMemoryNodes(kernelOf()));
    expect(node).to.deep.include({ id: 0, startPfn: 16n, present: 110n, spanned: 120n });
    expect(node?.stats).to.deep.equal({ folded: [20n, 30n], pending: [1n, -2n] });
    const [dma, normal] = node?.zones ?? [];
    expect(dma).to.deep.include({
      name: 'DMA',
      managed: 100n,
      boost: 10n,
      watermarks: [1n, 2n, 3n],
      protection: [0n, 7n],
      freeBlocks: [4n, 5n, 9n],
      stats: { folded: [50n, -1n], pending: [-2n, 2n] },
      numa: { folded: [1000n], pending: [14n] },
      cpuPages: [
        { cpu: 0, count: 4, batch: 15 },
        { cpu: 1, count: 6, batch: 15 },
      ],
    });
    expect(normal).to.deep.include({ name: 'Normal', present: 0n, cpuPages: [] });
    expect(normal?.stats.pending).to.deep.equal([]);
  });

  it('counts as /proc/vmstat does, under the names that the kernel has', () => {
    const kernel = kernelOf();
    const lines = vmStatLines(kernel, vmCountersOf(kernel, resultOf(readMemoryNodes(kernel))));
    expect(lines).to.deep.equal([
      { name: 'nr_free_pages', kind: 'zone', shown: 50n, exact: 48n },
      { name: 'nr_mlock', kind: 'zone', shown: 0n, exact: 1n },
      { name: 'numa_hit', kind: 'numa', shown: 1014n, exact: 1014n },
      { name: 'nr_anon', kind: 'node', shown: 20n, exact: 21n },
      { name: 'nr_mapped', kind: 'node', shown: 30n, exact: 28n },
    ]);
  });

  it('does not show a zone with an empty name where its name is lost', () => {
    const lost = kernelOf({ firstZone: { name: 8n } });
    const [node] = resultOf(readMemoryNodes(lost));
    expect(node?.zones.map(({ name }) => name)).to.deep.equal([null, 'Normal']);
  });

  it('does not count under the names of others after an enumeration that is lost', () => {
    const whole = kernelOf();
    const kernel: Kernel = {
      ...whole,
      types: {
        ...whole.types,
        enumeration: (name) =>
          name === 'numa_stat_item' ? undefined : whole.types.enumeration(name),
      },
    };
    const lines = vmStatLines(kernel, vmCountersOf(kernel, resultOf(readMemoryNodes(kernel))));
    expect(lines.map(({ name }) => name)).to.deep.equal(['nr_free_pages', 'nr_mlock']);
  });

  it('does not show what CPUs keep as the whole where the sum is lost', () => {
    const whole = kernelOf();
    const { symbols } = whole;
    const find = (name: string) =>
      name === 'vm_numa_event'
        ? { name, address: 8n, type: 'D', sizeInBytes: null, module: null }
        : symbols.find(name);
    const kernel: Kernel = { ...whole, symbols: Object.assign(Object.create(symbols), { find }) };
    const lines = vmStatLines(kernel, vmCountersOf(kernel, resultOf(readMemoryNodes(kernel))));
    expect(lines.map(({ name }) => name)).not.to.include('numa_hit');
  });

  it('does not say what /proc/vmstat shows where the part of a CPU is lost', () => {
    const kernel = kernelOf({ isCpuLost: true });
    const lines = vmStatLines(kernel, vmCountersOf(kernel, resultOf(readMemoryNodes(kernel))));
    expect(lines.find(({ name }) => name === 'numa_hit')).to.deep.include({
      shown: null,
      exact: null,
    });
  });

  it('has totals in KiB, exact where each CPU can be read', () => {
    const of = (kernel: Kernel) => {
      const nodes = resultOf(readMemoryNodes(kernel));
      const totals = resultOf(readMemoryTotals(kernel, nodes, vmCountersOf(kernel, nodes)));
      return Object.fromEntries(totals.map(({ name, value, shown }) => [name, [value, shown]]));
    };
    expect(of(kernelOf())).to.deep.include({
      MemTotal: [400n, 400n],
      MemFree: [192n, 200n],
      AnonPages: [84n, 80n],
      Mapped: [112n, 120n],
    });
    expect(of(kernelOf({ isCpuLost: true }))).to.deep.include({ MemFree: [null, 200n] });
  });

  it('ends for every content of a zone', () => {
    const word = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
    fc.assert(
      fc.property(word, word, word, (name, perCpu, present) => {
        const kernel = kernelOf({
          firstZone: { name, per_cpu_zonestats: perCpu, present_pages: present },
        });
        expect(resultOf(readMemoryNodes(kernel))[0]?.zones).to.have.length(2);
      }),
      { numRuns: 50 },
    );
  });
});
