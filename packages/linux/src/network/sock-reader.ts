import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { containerOf } from '../containers/container-of.ts';
import { perKernel } from '../per-kernel.ts';
import { number, optional, place, pointer, wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { ipv6At } from './address-at.ts';
import { ipv4Text, networkUint16 } from './address-text.ts';
import {
  type NetworkSocket,
  noEnd,
  type SocketEnd,
  type SocketFamily,
  socketTypeName,
} from './socket.ts';

/** Address families. Source: Linux, include/linux/socket.h. */
export const families: Readonly<Record<number, SocketFamily>> = {
  1: 'unix',
  2: 'inet',
  10: 'inet6',
  16: 'netlink',
  17: 'packet',
};

/** Every kind of socket begins with these, also a request and one in TIME_WAIT. */
const commonMembers = {
  family: number('skc_family'),
  state: number('skc_state'),
  localV4: number('skc_rcv_saddr'),
  remoteV4: number('skc_daddr'),
  localPort: number('skc_num'),
  remotePort: number('skc_dport'),
  device: number('skc_bound_dev_if'),
  namespace: pointer('skc_net.net', 'skc_net'),
  localV6: optional(place('skc_v6_rcv_saddr')),
  remoteV6: optional(place('skc_v6_daddr')),
  cookie: optional(wide('skc_cookie.counter', 'skc_cookie')),
} as const;

const sockMembers = {
  type: number('sk_type'),
  protocol: number('sk_protocol'),
  uid: optional(number('sk_uid.val', 'sk_uid')),
  socket: pointer('sk_socket'),
  received: number('sk_backlog.rmem_alloc.counter', 'sk_backlog.rmem_alloc', 'sk_rmem_alloc'),
  sent: number('sk_wmem_alloc.refs.counter', 'sk_wmem_alloc.counter', 'sk_wmem_alloc'),
  backlog: number('sk_ack_backlog'),
} as const;

const readersOf = perKernel((kernel: Kernel) => ({
  common: knownReader(kernel, 'sock_common', commonMembers),
  sock: knownReader(kernel, 'sock', sockMembers),
  inode: knownReader(kernel, 'socket_alloc', { number: wide('vfs_inode.i_ino') }),
}));

/** Whether the kernel's types describe sockets. */
export function knowsSockets(kernel: Kernel): boolean {
  const { common, sock } = readersOf(kernel);
  return common !== undefined && sock !== undefined;
}

/** What `sock_common` says. Null where this kernel's structure has no such member. */
export interface CommonValues {
  readonly family: number;
  readonly state: number;
  readonly localV4: number;
  readonly remoteV4: number;
  readonly localPort: number;
  readonly remotePort: number;
  readonly device: number;
  readonly namespace: VirtualAddress;
  readonly localV6: VirtualAddress | null;
  readonly remoteV6: VirtualAddress | null;
  readonly cookie: bigint | null;
}

/** What `sock` says after it. */
export interface SockValues {
  readonly type: number;
  readonly protocol: number;
  readonly uid: number | null;
  readonly socket: VirtualAddress;
  /** Bytes that are charged for what waits to be read. */
  readonly received: number;
  /** The same for what waits to be sent, and one more. */
  readonly sent: number;
  readonly backlog: number;
}

/** Undefined where it cannot be read. */
export function commonAt(kernel: Kernel, address: VirtualAddress): CommonValues | undefined {
  return readersOf(kernel).common?.tryRead(address);
}

/** Undefined where it cannot be read. A request and a socket in TIME_WAIT have none of it. */
export function sockAt(kernel: Kernel, address: VirtualAddress): SockValues | undefined {
  return readersOf(kernel).sock?.tryRead(address);
}

/** What all kinds have in common, out of the two structures. */
export function socketOf(
  kernel: Kernel,
  address: VirtualAddress,
  common: CommonValues,
  sock: SockValues | undefined,
): Omit<
  NetworkSocket,
  'kind' | 'isListed' | 'owners' | 'protocol' | 'state' | 'receiveQueue' | 'sendQueue'
> {
  return {
    address,
    namespace: common.namespace,
    family: families[common.family] ?? String(common.family),
    type: sock === undefined ? null : socketTypeName(sock.type),
    local: noEnd,
    remote: noEnd,
    inode: sock === undefined ? null : inodeOf(kernel, sock.socket),
    uid: sock?.uid ?? null,
    cookie: common.cookie === null || common.cookie === 0n ? null : common.cookie,
    device: common.device === 0 ? null : common.device,
    peer: null,
  };
}

/** Source: Linux, include/net/sock.h (SOCK_INODE). */
function inodeOf(kernel: Kernel, socket: VirtualAddress): bigint | null {
  const { inode } = readersOf(kernel);
  if (socket === 0n || inode === undefined || kernel.types.struct('socket_alloc') === undefined) {
    return null;
  }
  return inode.tryRead(containerOf(kernel, 'socket_alloc', 'socket', socket))?.number ?? null;
}

/** The two ends of an IPv4 or IPv6 socket. */
export function inetEnds(
  kernel: Kernel,
  common: CommonValues,
): { readonly local: SocketEnd; readonly remote: SocketEnd } {
  const { memory } = kernel;
  const isV6 = families[common.family] === 'inet6';
  const text = (v4: number, v6: VirtualAddress | null): string | null => {
    if (!isV6) {
      return ipv4Text(v4, memory.byteOrder);
    }
    return v6 === null ? null : (ipv6At(kernel, v6) ?? null);
  };
  return {
    // The kernel keeps the local port in the order of the CPU, the remote one as on the wire.
    local: { address: text(common.localV4, common.localV6), port: common.localPort },
    remote: {
      address: text(common.remoteV4, common.remoteV6),
      port: networkUint16(common.remotePort, memory.byteOrder),
    },
  };
}
