// Codecs, lookups and page walks alone, on the pages of a fixture. See ../README.md.
import { fileURLToPath } from 'node:url';
import { plugin } from '@vmcorekit/compressors';
import type { AddressSpace, Compressor, PhysicalMemory } from '@vmcorekit/core';
import { kernelMemory } from '@vmcorekit/engine';
import { FileSource } from '@vmcorekit/node';
import { Bench } from 'tinybench';
import { createDefaultToolkit } from 'vmcorekit';
import { thisMachine } from './machine.ts';

const fixture = fileURLToPath(new URL('../../fixtures/ovmf-nokaslr/dump.kdump', import.meta.url));
const pageLimit = 400;

const toolkit = createDefaultToolkit();
using dump = await toolkit.open(new FileSource(fixture));
const { memory } = dump.image;
const pages = storedPages(memory);
const { processor, node } = thisMachine();
console.log(
  `${processor}, Node ${node}; ${pages.length} pages of ${memory.pageSizeInBytes} bytes; times for one page, one lookup, one walk`,
);

const bench = new Bench({ time: 500, warmupTime: 200 });
const codecs = (plugin.compressors ?? []).filter((codec) => codec.isAvailable());
await Promise.all(codecs.map(async (codec) => codec.prepare?.()));
codecs.forEach(addCodec);
const pfns = pages.map(({ pfn }) => pfn);
bench.add(
  'page state',
  inTurn(pfns, (pfn) => memory.pageState(pfn)),
);
bench.add(
  'read 8 bytes at a physical address, page held',
  inTurn(pfns, (pfn) => memory.readUint64(pfn * memory.pageSizeInBytes)),
);
const { kernel } = await toolkit.locate(dump);
const space = kernel?.root == null ? null : kernelMemory(dump, kernel.root);
const text = kernel?.textVirtualAddress ?? null;
if (space !== null && text !== null) {
  const addresses = mapped(space, text);
  bench.add(
    'walk the page tables',
    inTurn(addresses, (address) => space.translate(address)),
  );
  bench.add(
    'read 8 bytes at a virtual address',
    inTurn(addresses, (address) => space.readUint64(address)),
  );
}
await bench.run();
console.table(
  bench.tasks.map(({ name, result }) =>
    'latency' in result
      ? {
          name,
          nanoseconds: Math.round(result.latency.p50 * 1e6),
          '± %': Number(result.latency.rme.toFixed(1)),
        }
      : { name, nanoseconds: null, '± %': null },
  ),
);

function addCodec(codec: Compressor): void {
  const target = new Uint8Array(memory.pageSizeInBytes);
  const encoder = codecs.find(
    (other) => other.method === codec.method && other.encode !== undefined,
  );
  const streams = pages.flatMap(({ bytes }) => {
    const stream = new Uint8Array(bytes.length);
    const length = encoder?.encode?.(bytes, stream) ?? -1;
    return length < 0 ? [] : [stream.slice(0, length)];
  });
  bench.add(
    `${codec.name}, decode`,
    inTurn(streams, (stream) => codec.decode(stream, target)),
  );
  if (codec.encode !== undefined) {
    bench.add(
      `${codec.name}, encode`,
      inTurn(pages, ({ bytes }) => codec.encode?.(bytes, target)),
    );
  }
}

/** Calls with one argument after the other, and starts over at the end. */
function inTurn<Item>(items: readonly Item[], use: (item: Item) => unknown): () => void {
  let next = 0;
  return () => {
    use(items[next++ % items.length] as Item);
  };
}

function storedPages(from: PhysicalMemory): { pfn: number; bytes: Uint8Array }[] {
  const found: { pfn: number; bytes: Uint8Array }[] = [];
  for (const { start, end } of from.storedRuns()) {
    for (
      let address = start;
      address < end && found.length < pageLimit;
      address += from.pageSizeInBytes
    ) {
      found.push({
        pfn: address / from.pageSizeInBytes,
        bytes: from.read(address, from.pageSizeInBytes),
      });
    }
  }
  return found;
}

/** Addresses in the kernel's text whose words are in this fixture, which holds few pages. */
function mapped(of: AddressSpace, from: bigint): bigint[] {
  const found: bigint[] = [];
  for (
    let address = from;
    address < from + 0x2000000n && found.length < pageLimit;
    address += 0x1008n
  ) {
    try {
      of.readUint64(address);
      found.push(address);
    } catch {
      // Not in this fixture.
    }
  }
  return found;
}
