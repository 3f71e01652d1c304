import type { Kernel, Progress, VirtualAddress } from '@vmcorekit/core';
import { containerOf } from '../containers/container-of.ts';
import { hlistNodes } from '../containers/hlist.ts';
import type { WalkNotes } from '../containers/walk.ts';
import { perKernel } from '../per-kernel.ts';
import { number, optional, place, pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { ipv4Text } from './address-text.ts';
import { bucketHeads } from './bucket-heads.ts';
import { type TrieLeaf, type TrieLimits, trieLeaves } from './route-trie.ts';

/** Where a route leads to. */
export interface NextHop {
  /** Null for a network on the link. */
  readonly gateway: string | null;
  /** The index of the device; null for none. */
  readonly device: number | null;
}

/** An IPv4 route. */
export interface Route {
  /** 254 is `main`, 255 is `local`. */
  readonly table: number;
  readonly destination: string;
  readonly prefixLength: number;
  /** `unicast`, `local`, `broadcast` and so on. */
  readonly type: string;
  /** As `ip route` shows it as metric; the lowest is used. */
  readonly priority: number;
  readonly source: string | null;
  /** Null where it leads to a next hop that is an object for itself. */
  readonly nextHops: readonly NextHop[] | null;
}

/** Source: Linux, include/uapi/linux/rtnetlink.h (RTN_UNSPEC and on). */
const typeNames: readonly string[] = [
  'unspecified',
  'unicast',
  'local',
  'broadcast',
  'anycast',
  'multicast',
  'blackhole',
  'unreachable',
  'prohibit',
  'throw',
  'nat',
  'external',
];
/** Numbers that types do not have. Source: Linux, include/net/ip_fib.h (FIB_TABLE_HASHSZ). */
const bucketCount = { manyTables: 256, twoTables: 2 } as const;
/** Of a route with several ways. */
const maxNextHops = 256;
const maxRoutes = 2 ** 22;
const routesPerStep = 256;
/** A table of a whole Internet has some four million. */
const maxPointers = 2 ** 24;
const container = 'the routes of the namespace';

const readersOf = perKernel((kernel: Kernel) => ({
  table: knownReader(kernel, 'fib_table', { trie: pointer('tb_data') }),
  alias: knownReader(kernel, 'fib_alias', {
    info: pointer('fa_info'),
    type: number('fa_type'),
    suffixLength: number('fa_slen'),
    table: number('tb_id'),
  }),
  info: knownReader(kernel, 'fib_info', {
    priority: number('fib_priority'),
    source: number('fib_prefsrc'),
    count: number('fib_nhs'),
    hops: place('fib_nh'),
    object: optional(pointer('nh')),
  }),
  hop: knownReader(kernel, 'fib_nh', {
    device: number('nh_common.nhc_oif', 'nh_oif'),
    gatewayFamily: optional(number('nh_common.nhc_gw_family')),
    gateway: number('nh_common.nhc_gw.ipv4', 'nh_gw'),
  }),
}));

/** What is left of the limits of all namespaces together: they may share memory that was forged. */
export class RouteWalk {
  readonly #kernel: Kernel;
  readonly #notes: WalkNotes;
  readonly #tries: Set<VirtualAddress> = new Set();
  readonly #trieLimits: TrieLimits = { pointersLeft: maxPointers };
  readonly #limits: RouteLimits = { routesLeft: maxRoutes, hopsLeft: maxRoutes };

  constructor(kernel: Kernel, notes: WalkNotes) {
    this.#kernel = kernel;
    this.#notes = notes;
  }

  /** The routes of a namespace: `hash` is its `ipv4.fib_table_hash`. */
  *read(hash: VirtualAddress): Generator<Progress, Route[], void> {
    const routes: Route[] = [];
    for (const trie of this.#triesOf(hash)) {
      for (const leaf of trieLeaves(this.#kernel, trie, this.#notes, this.#trieLimits)) {
        if (leaf === undefined || this.#add(routes, leaf) % routesPerStep === 0) {
          yield { kind: 'progress', doing: `reading routes: ${routes.length}`, fraction: null };
        }
        if (this.#limits.routesLeft < 0) {
          return routes;
        }
      }
    }
    return routes;
  }

  /** Returns how many there are then. */
  #add(routes: Route[], { key, aliases }: TrieLeaf): number {
    for (const node of hlistNodes(this.#kernel, aliases, this.#notes, { name: container })) {
      const at = containerOf(this.#kernel, 'fib_alias', 'fa_list', node);
      if (--this.#limits.routesLeft < 0) {
        this.#notes.add({ container, at, because: `the walk ends after ${maxRoutes} routes` });
        break;
      }
      const route = routeAt(this.#kernel, at, key, this.#limits);
      if (route === undefined) {
        this.#notes.add({ container, at, because: 'a route cannot be read' });
      } else {
        routes.push(route);
      }
    }
    return routes.length;
  }

  #triesOf(hash: VirtualAddress): Set<VirtualAddress> {
    const tries = new Set<VirtualAddress>();
    const { types, memory } = this.#kernel;
    const readers = readersOf(this.#kernel);
    if (Object.values(readers).includes(undefined)) {
      this.#notes.add({ container, at: hash, because: 'the types of routes are unknown' });
      return tries;
    }
    const hasMany = types.struct('netns_ipv4')?.member('fib_main') !== undefined;
    const buckets = {
      name: 'the tables of routes',
      address: hash,
      count: hasMany ? bucketCount.manyTables : bucketCount.twoTables,
      strideInBytes: memory.wordSizeInBits / 8,
      headAt: 0,
    };
    for (const head of bucketHeads(this.#kernel, buckets, this.#notes)) {
      const { name } = buckets;
      const tables =
        head === undefined ? [] : hlistNodes(this.#kernel, head.address, this.#notes, { name });
      for (const node of tables) {
        const at = containerOf(this.#kernel, 'fib_table', 'tb_hlist', node);
        const trie = readers.table?.tryRead(at)?.trie;
        if (trie === undefined || this.#tries.has(trie)) {
          const because = 'a table cannot be read, or belongs to another namespace';
          this.#notes.add({ container, at, because });
        } else {
          // Until there are rules, the tables local and main share one.
          tries.add(trie);
        }
      }
    }
    for (const trie of tries) {
      this.#tries.add(trie);
    }
    return tries;
  }
}

interface RouteLimits {
  routesLeft: number;
  hopsLeft: number;
}

function routeAt(
  kernel: Kernel,
  address: VirtualAddress,
  key: number,
  limits: RouteLimits,
): Route | undefined {
  const readers = readersOf(kernel);
  const alias = readers.alias?.tryRead(address);
  const info = alias === undefined ? undefined : readers.info?.tryRead(alias.info);
  if (alias === undefined || info === undefined || alias.suffixLength > 32) {
    return undefined;
  }
  return {
    table: alias.table,
    // The key is a number of the CPU's order.
    destination: ipv4Text(key, 'big'),
    prefixLength: 32 - alias.suffixLength,
    type: typeNames[alias.type] ?? String(alias.type),
    priority: info.priority,
    source: info.source === 0 ? null : ipv4Text(info.source, kernel.memory.byteOrder),
    nextHops:
      info.object === null || info.object === 0n
        ? hopsOf(kernel, info.hops, info.count, limits)
        : null,
  };
}

function hopsOf(
  kernel: Kernel,
  first: VirtualAddress,
  count: number,
  limits: RouteLimits,
): NextHop[] | null {
  const { hop } = readersOf(kernel);
  const size = kernel.types.struct('fib_nh')?.sizeInBytes ?? 0;
  limits.hopsLeft -= count;
  if (count > maxNextHops || limits.hopsLeft < 0) {
    return null;
  }
  const hops: NextHop[] = [];
  for (let index = 0; index < count; index++) {
    const values = hop?.tryRead(first + BigInt(index * size));
    if (values === undefined) {
      return null;
    }
    const { device, gateway, gatewayFamily } = values;
    // 2 is AF_INET. A gateway of IPv6 for IPv4 is not read.
    const isV4 = gatewayFamily === null ? gateway !== 0 : gatewayFamily === 2;
    hops.push({
      gateway: isV4 ? ipv4Text(gateway, kernel.memory.byteOrder) : null,
      device: device === 0 ? null : device,
    });
  }
  return hops;
}
