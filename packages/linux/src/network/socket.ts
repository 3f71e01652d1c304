import type { VirtualAddress } from '@vmcorekit/core';
import type { SocketOwner } from './socket-owners.ts';

/** By the tables that they are found in. */
export const socketKinds = ['tcp', 'udp', 'raw', 'unix', 'netlink', 'packet'] as const;
export type SocketKind = (typeof socketKinds)[number];

export type SocketFamily = 'inet' | 'inet6' | 'unix' | 'netlink' | 'packet';

/** One end of a socket. */
export interface SocketEnd {
  /**
   * An IP address, the path or `@name` of a unix socket, or the name of a packet socket's device;
   * null where it has none.
   */
  readonly address: string | null;
  /** A port, or the port id of netlink; null where the family has none. */
  readonly port: number | null;
}

/** A socket, as the tables of the kernel have it. Null means "not proved", or that it has none. */
export interface NetworkSocket {
  /** Of its `struct sock`, or of the smaller structure of a connection that begins or ended. */
  readonly address: VirtualAddress;
  /** Of the `struct net` that it belongs to. */
  readonly namespace: VirtualAddress;
  readonly kind: SocketKind;
  /** False where only a process leads to it: it is bound to nothing, or hides. */
  readonly isListed: boolean;
  /** The processes that hold it; null where they were not asked for. */
  readonly owners: readonly SocketOwner[] | null;
  /** A `SocketFamily`. */
  readonly family: string;
  /** `stream`, `datagram`, and so on. */
  readonly type: string | null;
  /** `tcp`, `udp`, the name of a netlink family, an Ethernet type in hexadecimal, a number. */
  readonly protocol: string;
  readonly state: string | null;
  readonly local: SocketEnd;
  readonly remote: SocketEnd;
  /** Bytes that wait for the program; of a listening TCP socket, connections. */
  readonly receiveQueue: number | null;
  /** Bytes that wait to be sent, or for their acknowledgement. */
  readonly sendQueue: number | null;
  /** Of its inode, as in `socket:[9866]`; null where no program holds it. */
  readonly inode: bigint | null;
  readonly uid: number | null;
  /** As `ss --extended` shows it; null before someone asked for it. */
  readonly cookie: bigint | null;
  /** The index of the device that it is bound to; null for none. */
  readonly device: number | null;
  /** Of the socket that a unix socket is connected to. */
  readonly peer: VirtualAddress | null;
}

/** Source: Linux, include/net/tcp_states.h. */
const states: readonly (string | undefined)[] = [
  undefined,
  'established',
  'syn-sent',
  'syn-received',
  'fin-wait-1',
  'fin-wait-2',
  'time-wait',
  'close',
  'close-wait',
  'last-ack',
  'listen',
  'closing',
  'new-syn-received',
  'bound',
];

/** States of TCP, which all families use. */
export const stateNumbers = {
  established: 1,
  timeWait: 6,
  listen: 10,
  newSynReceived: 12,
} as const;

/** Undefined for a number that is no state. */
export function stateName(state: number): string | undefined {
  return states[state];
}

/** Source: Linux, include/linux/net.h (enum sock_type). */
const types: Readonly<Record<number, string>> = {
  1: 'stream',
  2: 'datagram',
  3: 'raw',
  4: 'reliable-datagram',
  5: 'seqpacket',
  6: 'dccp',
  10: 'packet',
};

/** Null for a number that is no type. */
export function socketTypeName(type: number): string | null {
  return types[type] ?? null;
}

export const noEnd: SocketEnd = { address: null, port: null };
