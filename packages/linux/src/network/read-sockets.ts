import type { Kernel, Progress, VirtualAddress } from '@vmcorekit/core';
import type { WalkNotes } from '../containers/walk.ts';
import { knownPart } from '../reading/known-part.ts';
import { withoutTypes } from '../reading/without-types.ts';
import { readRawSockets, readUdpSockets } from './datagram-sockets.ts';
import type { NamespaceValues } from './namespaces.ts';
import { readNetlinkSockets } from './netlink-sockets.ts';
import { readPacketSockets } from './packet-sockets.ts';
import { knowsSockets } from './sock-reader.ts';
import type { NetworkSocket, SocketKind } from './socket.ts';
import type { SocketOwners } from './socket-owners.ts';
import { SocketWalk } from './socket-walk.ts';
import { readTcpSockets } from './tcp-sockets.ts';
import { readUnixSockets } from './unix-sockets.ts';
import { readUnlistedSockets } from './unlisted-sockets.ts';

type Read = (walk: SocketWalk, address: VirtualAddress) => Generator<Progress, void, void>;

/** Where the tables of a kind are: variables of the kernel, and a member of each namespace. */
interface Place {
  readonly kind: SocketKind;
  readonly symbols: readonly string[];
  readonly member?: 'tcpTable' | 'udpTable' | 'unixBuckets' | 'packets';
  readonly read: Read;
}

const places: readonly Place[] = [
  // A namespace has a table for itself where net.ipv4.tcp_child_ehash_entries says so (6.1).
  { kind: 'tcp', symbols: ['tcp_hashinfo'], member: 'tcpTable', read: readTcpSockets },
  {
    kind: 'udp',
    symbols: ['udp_table', 'udplite_table'],
    member: 'udpTable',
    read: readUdpSockets,
  },
  { kind: 'raw', symbols: ['raw_v4_hashinfo', 'raw_v6_hashinfo'], read: readRawSockets },
  { kind: 'unix', symbols: ['unix_socket_table'], member: 'unixBuckets', read: readUnixSockets },
  { kind: 'netlink', symbols: ['nl_table'], read: readNetlinkSockets },
  { kind: 'packet', symbols: [], member: 'packets', read: readPacketSockets },
];

/** The sockets of these kinds in all namespaces. A sentence where types do not describe sockets. */
export function* readSockets(
  kernel: Kernel,
  namespaces: readonly NamespaceValues[],
  kinds: ReadonlySet<SocketKind>,
  owners: SocketOwners | undefined,
  notes: WalkNotes,
): Generator<Progress, NetworkSocket[] | string, void> {
  if (kinds.size === 0) {
    return [];
  }
  if (!knowsSockets(kernel)) {
    return withoutTypes(kernel, 'struct sock');
  }
  const walk = new SocketWalk(kernel, notes);
  for (const place of places) {
    if (!kinds.has(place.kind)) {
      continue;
    }
    const tables = tablesOf(kernel, namespaces, place);
    if (tables.size === 0) {
      const because = `neither symbols nor types lead to the ${place.kind} sockets`;
      notes.add({ container: 'the sockets', at: namespaces[0]?.address ?? 0n, because });
    }
    for (const at of tables) {
      const work = place.read(walk, at);
      const container = `the ${place.kind} sockets`;
      yield* knownPart({ container, at, work, otherwise: undefined }, notes);
    }
  }
  if (owners !== undefined) {
    const work = readUnlistedSockets(walk, owners.bySocket.keys(), kinds);
    const container = 'the sockets of processes';
    yield* knownPart({ container, at: 0n, work, otherwise: undefined }, notes);
  }
  return walk.sockets.map((socket) => ({
    ...socket,
    owners: owners === undefined ? null : (owners.bySocket.get(socket.address) ?? []),
  }));
}

function tablesOf(
  kernel: Kernel,
  namespaces: readonly NamespaceValues[],
  { symbols, member }: Place,
): Set<VirtualAddress> {
  const shared = symbols.flatMap((symbol) => kernel.symbols.find(symbol)?.address ?? []);
  const own = member === undefined ? [] : namespaces.map((each) => each[member] ?? 0n);
  return new Set([...shared, ...own].filter((at) => at !== 0n));
}
