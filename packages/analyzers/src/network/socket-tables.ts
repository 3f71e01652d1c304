import {
  printable,
  type ReportColumn,
  type ReportTable,
  reportTable,
  unknownText,
} from '@vmcorekit/core';
import type { NetNamespace, NetSocket } from './net-report.ts';

/** By the index of a device. */
type DeviceNames = ReadonlyMap<number, string>;
type Column = ReportColumn<NetSocket>;

const socket: Column = {
  title: 'SOCKET',
  value: ({ address }) => address,
  text: ({ address }) => address.slice(2),
};
const state: Column = {
  title: 'STATE',
  value: (row) => row.state,
  text: (row) => row.state ?? unknownText,
};
const receive: Column = { title: 'RECV', kind: 'number', value: (row) => row.receiveQueue };
const send: Column = { title: 'SEND', kind: 'number', value: ({ sendQueue }) => sendQueue };
const inode: Column = {
  title: 'INODE',
  kind: 'number',
  value: (row) => row.inode,
  text: (row) => row.inode?.toString() ?? '-',
};
const uid: Column = { title: 'UID', kind: 'number', value: (row) => row.uid };
/** As `ss --processes` shows them; a socket that no table has is marked. */
const owner: Column = {
  title: 'PROCESS',
  kind: 'prose',
  value: () => null,
  text: ({ processes = [], isListed }) =>
    [
      ...processes.map(({ pid, comm, fd }) => `${pid} ${printable(comm)} (fd ${fd})`),
      ...(isListed ? [] : ['in no table']),
    ].join(', ') || '-',
};
const protocol: Column = { title: 'PROTOCOL', value: (row) => row.protocol };

/** A table for each family, as ss shows it; none for a family without sockets. */
export function socketTables({ devices, sockets }: NetNamespace): ReportTable[] {
  const names: DeviceNames = new Map(devices.map(({ index, name }) => [index, name]));
  const tables: readonly (readonly [of: (socket: NetSocket) => boolean, readonly Column[]])[] = [
    [({ family }) => family === 'inet' || family === 'inet6', inetColumns(names)],
    [({ kind }) => kind === 'unix', unixColumns],
    [({ kind }) => kind === 'netlink', netlinkColumns],
    [({ kind }) => kind === 'packet', packetColumns(names)],
  ];
  return tables.flatMap(([of, columns]) => {
    const rows = sockets.filter(of);
    return rows.length === 0 ? [] : [reportTable(shown(columns, rows), rows)];
  });
}

/** Without the users where all are root, so that addresses have room. */
function shown(all: readonly Column[], rows: readonly NetSocket[]): readonly Column[] {
  const columns = rows.some(({ processes }) => processes !== undefined) ? [...all, owner] : all;
  const allRoot = rows.every((row) => row.uid === 0 || row.uid === null);
  return allRoot ? columns.filter((column) => column !== uid) : columns;
}

function inetColumns(names: DeviceNames): readonly Column[] {
  return [
    socket,
    {
      title: 'KIND',
      value: ({ kind }) => kind,
      text: (row) => (row.kind === 'raw' ? `raw ${row.protocol}` : row.protocol),
    },
    state,
    receive,
    send,
    { title: 'LOCAL', kind: 'prose', value: () => null, text: (row) => localText(row, names) },
    { title: 'REMOTE', kind: 'prose', value: () => null, text: ({ remote }) => endText(remote) },
    uid,
    inode,
  ];
}

/** As ss prints it: `10.0.2.15:22`, `[::1]:22`, `0.0.0.0%eth0:68`, `*` for every port. */
function localText({ local, device }: NetSocket, names: DeviceNames): string {
  return endText(local, device === null ? '' : `%${deviceText(device, names)}`);
}

function endText({ address, port }: NetSocket['local'], device: string = ''): string {
  const host = address === null ? unknownText : address.includes(':') ? `[${address}]` : address;
  return `${host}${device}:${port === null || port === 0 ? '*' : port}`;
}

function deviceText(index: number, names: DeviceNames): string {
  return printable(names.get(index) ?? `device ${index}`);
}

const unixColumns: readonly Column[] = [
  socket,
  {
    title: 'UNIX TYPE',
    value: ({ type }) => type,
    text: ({ type }) => type ?? unknownText,
  },
  state,
  send,
  {
    title: 'NAME',
    kind: 'prose',
    value: ({ local }) => local.address,
    text: ({ local }) => (local.address === null ? '-' : printable(local.address)),
  },
  { title: 'PEER', value: ({ peer }) => peer, text: ({ peer }) => peer?.slice(2) ?? '-' },
  uid,
  inode,
];

const netlinkColumns: readonly Column[] = [
  socket,
  { ...protocol, title: 'NETLINK' },
  { title: 'PORT ID', kind: 'number', value: ({ local }) => local.port },
  receive,
  send,
  uid,
  inode,
];

function packetColumns(names: DeviceNames): readonly Column[] {
  return [
    socket,
    { ...protocol, title: 'PACKET' },
    {
      title: 'DEVICE',
      value: ({ device }) => device,
      text: ({ device }) => (device === null ? '*' : deviceText(device, names)),
    },
    { title: 'TYPE', value: ({ type }) => type },
    receive,
    send,
    uid,
    inode,
  ];
}
