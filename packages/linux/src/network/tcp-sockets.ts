import type { Kernel, Progress, VirtualAddress } from '@vmcorekit/core';
import { offsetOf } from '../containers/container-of.ts';
import { countOf } from '../containers/layout.ts';
import { perKernel } from '../per-kernel.ts';
import { number, optional, place, pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import type { Buckets } from './bucket-heads.ts';
import { type CommonValues, inetEnds, sockAt, socketOf } from './sock-reader.ts';
import { stateName, stateNumbers } from './socket.ts';
import type { MakeSocket, SocketWalk } from './socket-walk.ts';

/** Chains of listening sockets end with this and the bucket. Source: Linux, inet_hashtables.h. */
const listeningNullsFrom = 1n << 29n;

const readersOf = perKernel((kernel: Kernel) => ({
  hashInfo: knownReader(kernel, 'inet_hashinfo', {
    established: pointer('ehash'),
    establishedMask: number('ehash_mask'),
    /** All listening sockets, up to Linux 5.18. */
    listeningPlace: optional(place('listening_hash')),
    listening: optional(pointer('lhash2')),
    listeningMask: optional(number('lhash2_mask')),
  }),
  tcp: knownReader(kernel, 'tcp_sock', {
    expected: number('rcv_nxt'),
    copied: number('copied_seq'),
    written: number('write_seq'),
    acknowledged: number('snd_una'),
  }),
}));

/** Adds the sockets of a `struct inet_hashinfo`. */
export function* readTcpSockets(
  walk: SocketWalk,
  address: VirtualAddress,
): Generator<Progress, void, void> {
  const { kernel } = walk;
  const values = readersOf(kernel).hashInfo?.tryRead(address);
  if (values === undefined) {
    const because = 'the table of TCP sockets cannot be read, or its type is unknown';
    walk.notes.add({ container: 'tcp_hashinfo', at: address, because });
    return;
  }
  const nodeAt = offsetOf(kernel, 'sock_common', 'skc_nulls_node');
  const make = tcpSocketMaker(kernel);
  const established: Buckets = {
    name: 'the table of TCP connections',
    address: values.established,
    count: values.establishedMask + 1,
    strideInBytes: kernel.types.struct('inet_ehash_bucket')?.sizeInBytes ?? 0,
    headAt: 0,
  };
  yield* walk.table('tcp', established, { nodeAt, nullsFrom: 0n }, make);
  const bucket = kernel.types.struct('inet_listen_hashbucket');
  const nulls = bucket?.member('nulls_head');
  const head = nulls ?? bucket?.member('head');
  if (bucket === undefined || head === undefined) {
    const because = 'the type of the table of listening sockets is unknown';
    walk.notes.add({ container: 'tcp_hashinfo', at: address, because });
    return;
  }
  const listening: Buckets = {
    name: 'the table of listening TCP sockets',
    address: values.listeningPlace ?? values.listening ?? 0n,
    count:
      values.listeningPlace === null
        ? (values.listeningMask ?? 0) + 1
        : countOf(kernel.types, 'inet_hashinfo', 'listening_hash'),
    strideInBytes: bucket.sizeInBytes ?? 0,
    headAt: head.offsetInBytes,
  };
  // Before Linux 5.5, chains of listening sockets ended with null.
  const form = nulls === undefined ? { nodeAt } : { nodeAt, nullsFrom: listeningNullsFrom };
  yield* walk.table('tcp', listening, form, make);
}

/** Makes a socket of what lies in one of TCP's tables. */
export function tcpSocketMaker(kernel: Kernel): MakeSocket {
  const { tcp } = readersOf(kernel);
  return (address, common) => {
    const isWhole =
      common.state !== stateNumbers.timeWait && common.state !== stateNumbers.newSynReceived;
    const sock = isWhole ? sockAt(kernel, address) : undefined;
    if (isWhole && sock === undefined) {
      return undefined;
    }
    return {
      ...socketOf(kernel, address, common, sock),
      ...inetEnds(kernel, common),
      ...(isWhole ? queuesOf(tcp?.tryRead(address), common, sock?.backlog ?? 0) : noQueues),
      type: 'stream',
      protocol: 'tcp',
      state: stateName(common.state) ?? null,
    };
  };
}

const noQueues = { receiveQueue: 0, sendQueue: 0 } as const;

interface TcpSequences {
  readonly expected: number;
  readonly copied: number;
  readonly written: number;
  readonly acknowledged: number;
}

/** Source: Linux, net/ipv4/tcp_ipv4.c (get_tcp4_sock). */
function queuesOf(
  sequences: TcpSequences | undefined,
  { state }: CommonValues,
  backlog: number,
): { receiveQueue: number | null; sendQueue: number | null } {
  if (state === stateNumbers.listen) {
    return { receiveQueue: backlog, sendQueue: sequences === undefined ? null : 0 };
  }
  if (sequences === undefined) {
    return { receiveQueue: null, sendQueue: null };
  }
  const { expected, copied, written, acknowledged } = sequences;
  return {
    receiveQueue: Math.max((expected - copied) | 0, 0),
    sendQueue: (written - acknowledged) >>> 0,
  };
}
