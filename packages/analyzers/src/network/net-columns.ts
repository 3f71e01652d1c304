import { printable, type ReportColumn } from '@vmcorekit/core';
import type { NetDevice, NetNamespace, NetSocket } from './net-report.ts';

/** A device, and the number of its namespace. */
export interface DeviceRow extends NetDevice {
  readonly namespace: number | null;
}

/** One line a device. */
export const deviceColumns: readonly ReportColumn<DeviceRow>[] = [
  { key: 'namespace', value: ({ namespace }) => namespace },
  { key: 'address', value: ({ address }) => address },
  { key: 'index', title: 'INDEX', kind: 'number', value: ({ index }) => index },
  { key: 'name', title: 'DEVICE', value: ({ name }) => name, text: ({ name }) => printable(name) },
  { key: 'flags', value: ({ flags }) => flags },
  { key: 'operationalState', value: (device) => device.operationalState },
  {
    title: 'STATE',
    value: () => null,
    text: ({ flags }) => (flags.includes('up') ? 'up' : 'down'),
  },
  { key: 'mtu', title: 'MTU', kind: 'number', value: ({ mtu }) => mtu },
  {
    key: 'hardwareAddress',
    title: 'HARDWARE',
    value: (device) => device.hardwareAddress,
    text: (device) => device.hardwareAddress ?? '-',
  },
  {
    key: 'addresses',
    title: 'ADDRESSES',
    kind: 'prose',
    value: (device) => addressTexts(device),
    text: (device) => addressTexts(device).join(', ') || '-',
  },
  {
    key: 'receivedBytes',
    title: 'RECEIVED',
    kind: 'number',
    value: ({ received }) => received?.bytes ?? null,
  },
  { key: 'receivedPackets', value: ({ received }) => received?.packets ?? null },
  {
    key: 'sentBytes',
    title: 'SENT',
    kind: 'number',
    value: ({ sent }) => sent?.bytes ?? null,
  },
  { key: 'sentPackets', value: ({ sent }) => sent?.packets ?? null },
];

/** The devices of a namespace. */
export function deviceRows({ inode, devices }: NetNamespace): DeviceRow[] {
  return devices.map((device) => ({ ...device, namespace: inode }));
}

function addressTexts({ addresses }: NetDevice): string[] {
  return addresses.map(({ address, prefixLength }) => `${address}/${prefixLength}`);
}

/** A socket, and the number of its namespace. */
export interface SocketRow extends NetSocket {
  readonly namespace: number | null;
}

/** One row a socket, for programs. */
export const socketColumns: readonly ReportColumn<SocketRow>[] = [
  { key: 'namespace', value: ({ namespace }) => namespace },
  { key: 'address', value: ({ address }) => address },
  { key: 'kind', value: ({ kind }) => kind },
  { key: 'family', value: ({ family }) => family },
  { key: 'type', value: ({ type }) => type },
  { key: 'protocol', value: ({ protocol }) => protocol },
  { key: 'state', value: ({ state }) => state },
  { key: 'receiveQueue', value: ({ receiveQueue }) => receiveQueue },
  { key: 'sendQueue', value: ({ sendQueue }) => sendQueue },
  { key: 'localAddress', value: ({ local }) => local.address },
  { key: 'localPort', value: ({ local }) => local.port },
  { key: 'remoteAddress', value: ({ remote }) => remote.address },
  { key: 'remotePort', value: ({ remote }) => remote.port },
  { key: 'uid', value: ({ uid }) => uid },
  { key: 'inode', value: ({ inode }) => inode },
  { key: 'cookie', value: ({ cookie }) => cookie },
  { key: 'device', value: ({ device }) => device },
  { key: 'peer', value: ({ peer }) => peer },
  { key: 'isListed', value: ({ isListed }) => isListed },
  { key: 'pids', value: ({ processes }) => processes?.map(({ pid }) => String(pid)) ?? null },
];
