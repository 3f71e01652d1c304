import type { Kernel, Progress, VirtualAddress } from '@vmcorekit/core';
import { datagramMaker, udpProtocols } from './datagram-sockets.ts';
import { netlinkMaker } from './netlink-sockets.ts';
import { packetMaker } from './packet-sockets.ts';
import { type CommonValues, commonAt, families, sockAt } from './sock-reader.ts';
import type { SocketKind } from './socket.ts';
import type { MakeSocket, SocketWalk } from './socket-walk.ts';
import { tcpSocketMaker } from './tcp-sockets.ts';
import { unixSocketMaker } from './unix-sockets.ts';

/** The number of TCP. */
const tcp = 6;
const socketsPerStep = 256;

/**
 * Adds the sockets that processes hold and that no table has: one that is bound to nothing, or that
 * was taken out. Those of other families are left out.
 */
export function* readUnlistedSockets(
  walk: SocketWalk,
  held: Iterable<VirtualAddress>,
  kinds: ReadonlySet<SocketKind>,
): Generator<Progress, void, void> {
  const { kernel } = walk;
  let count = 0;
  for (const address of held) {
    const common = walk.has(address) ? undefined : commonAt(kernel, address);
    const kind = common === undefined ? undefined : kindOf(kernel, address, common);
    if (kind !== undefined && kinds.has(kind)) {
      walk.add(kind, 'the open files of processes', address, makers[kind](kernel), false);
    }
    if (++count % socketsPerStep === 0) {
      yield walk.progress();
    }
  }
}

const makers: Readonly<Record<SocketKind, (kernel: Kernel) => MakeSocket>> = {
  tcp: tcpSocketMaker,
  udp: datagramMaker,
  raw: datagramMaker,
  unix: unixSocketMaker,
  netlink: netlinkMaker,
  packet: packetMaker,
};

function kindOf(
  kernel: Kernel,
  address: VirtualAddress,
  { family }: CommonValues,
): SocketKind | undefined {
  const name = families[family];
  if (name !== 'inet' && name !== 'inet6') {
    return name;
  }
  const protocol = sockAt(kernel, address)?.protocol;
  if (protocol === undefined) {
    return undefined;
  }
  return protocol === tcp ? 'tcp' : udpProtocols.includes(protocol) ? 'udp' : 'raw';
}
