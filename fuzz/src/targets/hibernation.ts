import { plugin as compressors, lzoVmcorekit } from '@vmcorekit/compressors';
import { createToolkit } from '@vmcorekit/engine';
import { HibernationFormat } from '@vmcorekit/format-hibernation';
import { buildHibernation, openContext, openFormat } from '@vmcorekit/testing';
import { exploreImage } from '../explore-image.ts';
import type { FuzzTarget } from '../target.ts';

const format = new HibernationFormat();
const context = openContext({ compressors: createToolkit([compressors]).compressors });
const data = new Uint8Array(4096).map((_, index) => index % 251);
const pages = [{ pfn: 1, data }, { pfn: 2 }, { pfn: 0x100000, data }, { pfn: 7, data }];

export const hibernation: FuzzTarget = {
  name: 'hibernation',
  summary: 'a swap area with a hibernated Linux',
  seeds: () => [
    buildHibernation({ pages: pages.slice(0, 2) }),
    buildHibernation({ pages, pack }),
    buildHibernation({ pages, pack, isReversed: true }),
    buildHibernation({ pages, pack, header: { sig: 'SWAPSPACE2' } }),
    buildHibernation({ pages, pack: literals, header: { flags: 4 | 16 } }),
  ],
  async run(bytes) {
    using image = await openFormat(format, [bytes], context);
    const found = Array.from(image.check?.() ?? [], (each) => ('name' in each ? each.name : ''));
    return [exploreImage(image), ...new Set(found)].join(' ');
  },
};

function pack(block: Uint8Array): Uint8Array {
  const target = new Uint8Array(2 * block.length + 128);
  return target.subarray(0, lzoVmcorekit.encode?.(block, target));
}

/** An LZ4 block of literals alone. */
function literals(block: Uint8Array): Uint8Array {
  const rest = block.length - 15;
  const length = [...new Uint8Array(Math.floor(rest / 255)).fill(255), rest % 255];
  return Uint8Array.from([0xf0, ...length, ...block]);
}
