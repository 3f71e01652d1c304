import { hex } from '@vmcorekit/core';
import type {
  DeviceAddress,
  DeviceCounters,
  Neighbour,
  NetworkDevice,
  NetworkNamespace,
  NetworkSocket,
  Route,
  SocketEnd,
  SocketKind,
  SocketOwner,
} from '@vmcorekit/linux';

/** Numbers of one direction. */
export interface NetTraffic {
  readonly bytes: number;
  readonly packets: number;
}

/** A device in the data of `net`. Null means "not proved", or that it has none. */
export interface NetDevice {
  /** Of its `net_device`, hexadecimal. */
  readonly address: string;
  readonly name: string;
  readonly index: number;
  readonly flags: readonly string[];
  readonly operationalState: string | null;
  readonly mtu: number;
  readonly hardwareAddress: string | null;
  readonly addresses: readonly DeviceAddress[];
  readonly received: NetTraffic | null;
  readonly sent: NetTraffic | null;
}

/** A socket in the data of `net`. Null means "not proved", or that it has none. */
export interface NetSocket {
  /** Of its `sock`, hexadecimal. */
  readonly address: string;
  readonly kind: SocketKind;
  /** False where only a process leads to it. */
  readonly isListed: boolean;
  readonly family: string;
  readonly type: string | null;
  readonly protocol: string;
  readonly state: string | null;
  readonly local: SocketEnd;
  readonly remote: SocketEnd;
  readonly receiveQueue: number | null;
  readonly sendQueue: number | null;
  readonly inode: number | null;
  readonly uid: number | null;
  /** Hexadecimal, as ss shows it. */
  readonly cookie: string | null;
  /** The index of the device that it is bound to. */
  readonly device: number | null;
  /** Of the socket that a unix socket is connected to, hexadecimal. */
  readonly peer: string | null;
  /** Those that hold it; only where asked for. */
  readonly processes?: readonly SocketOwner[];
}

/** A network namespace in the data of `net`. */
export interface NetNamespace {
  /** Of its `net`, hexadecimal. */
  readonly address: string;
  readonly inode: number | null;
  readonly isListed: boolean;
  readonly devices: readonly NetDevice[];
  readonly sockets: readonly NetSocket[];
  readonly routes: readonly Route[];
  readonly neighbours: readonly NetNeighbour[];
}

/** A neighbour in the data of `net`. */
export interface NetNeighbour extends Omit<Neighbour, 'address' | 'namespace'> {
  /** Of its `struct neighbour`, hexadecimal. */
  readonly address: string;
}

/** The `data` of the `net` analyzer. */
export interface NetReport {
  readonly namespaces: readonly NetNamespace[];
}

/** What `net` shows of a namespace: the sockets that `isWanted`. */
export function netNamespace(
  { address, inode, isListed, devices, sockets, routes, neighbours }: NetworkNamespace,
  isWanted: (socket: NetworkSocket) => boolean,
): NetNamespace {
  return {
    address: hex(address),
    inode,
    isListed,
    devices: devices.map(netDevice),
    sockets: sockets.filter(isWanted).map(netSocket),
    routes,
    neighbours: neighbours.map(({ namespace: _namespace, ...neighbour }) => ({
      ...neighbour,
      address: hex(neighbour.address),
    })),
  };
}

function netDevice({ address, counters, ...device }: NetworkDevice): NetDevice {
  return {
    address: hex(address),
    ...device,
    received: trafficOf(counters, 'received'),
    sent: trafficOf(counters, 'sent'),
  };
}

function trafficOf(counters: DeviceCounters | null, way: keyof DeviceCounters): NetTraffic | null {
  return counters === null
    ? null
    : { bytes: Number(counters[way].bytes), packets: Number(counters[way].packets) };
}

function netSocket(socket: NetworkSocket): NetSocket {
  const { address, namespace: _namespace, inode, cookie, peer, owners, ...others } = socket;
  return {
    address: hex(address),
    ...others,
    inode: inode === null ? null : Number(inode),
    cookie: cookie === null ? null : hex(cookie),
    peer: peer === null ? null : hex(peer),
    ...(owners === null ? {} : { processes: owners }),
  };
}
