import type { Kernel, Progress, VirtualAddress } from '@vmcorekit/core';
import { offsetOf } from '../containers/container-of.ts';
import { countOf } from '../containers/layout.ts';
import { perKernel } from '../per-kernel.ts';
import { number, pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { ipProtocolName } from './protocols.ts';
import { inetEnds, sockAt, socketOf } from './sock-reader.ts';
import { stateName } from './socket.ts';
import type { ChainForm, MakeSocket, SocketWalk } from './socket-walk.ts';

/** UDP and UDP-Lite. */
export const udpProtocols: readonly number[] = [17, 136];

const readersOf = perKernel((kernel: Kernel) => ({
  table: knownReader(kernel, 'udp_table', { slots: pointer('hash'), mask: number('mask') }),
  udp: knownReader(kernel, 'udp_sock', { deficit: number('forward_deficit') }),
}));

/** Adds the sockets of a `struct udp_table`. */
export function* readUdpSockets(
  walk: SocketWalk,
  address: VirtualAddress,
): Generator<Progress, void, void> {
  const { kernel } = walk;
  const { table } = readersOf(kernel);
  const values = table?.tryRead(address);
  const slot = kernel.types.struct('udp_hslot');
  const head = slot?.member('head');
  if (values === undefined || slot === undefined || head === undefined) {
    const because = 'the table of UDP sockets cannot be read, or its type is unknown';
    walk.notes.add({ container: 'udp_table', at: address, because });
    return;
  }
  const buckets = {
    name: 'the table of UDP sockets',
    address: values.slots,
    count: values.mask + 1,
    strideInBytes: slot.sizeInBytes ?? 0,
    headAt: head.offsetInBytes,
  };
  yield* walk.table(
    'udp',
    buckets,
    { nodeAt: offsetOf(kernel, 'sock_common', 'skc_node') },
    datagramMaker(kernel),
  );
}

/** Adds the sockets of a `struct raw_hashinfo`. */
export function* readRawSockets(
  walk: SocketWalk,
  address: VirtualAddress,
): Generator<Progress, void, void> {
  const { kernel } = walk;
  const heads = kernel.types.struct('raw_hashinfo')?.member('ht');
  if (heads === undefined) {
    const because = 'the type of the table of raw sockets is unknown';
    walk.notes.add({ container: 'raw_hashinfo', at: address, because });
    return;
  }
  const buckets = {
    name: 'the table of raw sockets',
    address: address + BigInt(heads.offsetInBytes),
    count: countOf(kernel.types, 'raw_hashinfo', 'ht'),
    strideInBytes: kernel.memory.wordSizeInBits / 8,
    headAt: 0,
  };
  const of = heads.type?.kind === 'array' ? heads.type.of : null;
  const nodeAt = offsetOf(kernel, 'sock_common', 'skc_node');
  // In Linux 6.0 and 6.1 until 6.1.28, the chains ended with a number.
  const isNulls = of?.kind === 'struct' && of.struct.name === 'hlist_nulls_head';
  const form: ChainForm = isNulls ? { nodeAt, nullsFrom: 0n } : { nodeAt };
  yield* walk.table('raw', buckets, form, datagramMaker(kernel));
}

/** Makes a socket of UDP or of another protocol without connections. */
export function datagramMaker(kernel: Kernel): MakeSocket {
  const { udp } = readersOf(kernel);
  return (address, common) => {
    const sock = sockAt(kernel, address);
    if (sock === undefined) {
      return undefined;
    }
    // Source: Linux, net/ipv4/udp.c (udp_rqueue_get): what was read, and is not yet taken off.
    const isUdp = udpProtocols.includes(sock.protocol);
    const deficit = isUdp ? (udp?.tryRead(address)?.deficit ?? null) : 0;
    return {
      ...socketOf(kernel, address, common, sock),
      ...inetEnds(kernel, common),
      protocol: ipProtocolName(sock.protocol),
      state: stateName(common.state) ?? null,
      receiveQueue: deficit === null ? null : Math.max(sock.received - deficit, 0),
      sendQueue: Math.max(sock.sent - 1, 0),
    };
  };
}
