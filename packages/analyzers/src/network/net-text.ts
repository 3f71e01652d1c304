import {
  printable,
  type ReportColumn,
  type ReportText,
  reportTable,
  unknownText,
} from '@vmcorekit/core';
import type { Route, SocketKind } from '@vmcorekit/linux';
import { deviceColumns, deviceRows } from './net-columns.ts';
import type { NetNamespace, NetNeighbour } from './net-report.ts';
import { socketTables } from './socket-tables.ts';

/** What was asked for. */
export interface NetShown {
  readonly devices: boolean;
  readonly routes: boolean;
  readonly neighbours: boolean;
  readonly sockets: ReadonlySet<SocketKind>;
}

/** The names of the tables that every kernel has. Source: enum rt_class_t in rtnetlink.h. */
const tableNames: Readonly<Record<number, string>> = { 253: 'default', 254: 'main', 255: 'local' };

/** One namespace. */
export function netText(namespace: NetNamespace, shown: NetShown): ReportText {
  const { inode, address, devices, sockets, routes, neighbours } = namespace;
  const names = new Map(devices.map(({ index, name }) => [index, printable(name)]));
  const parts = [
    ...(!shown.devices
      ? []
      : [devices.length === 0 ? 'no device' : reportTable(deviceColumns, deviceRows(namespace))]),
    ...(!shown.routes
      ? []
      : [routes.length === 0 ? 'no route' : reportTable(routeColumns(names), routes)]),
    ...(!shown.neighbours
      ? []
      : [
          neighbours.length === 0
            ? 'no neighbour'
            : reportTable(neighbourColumns(names), neighbours),
        ]),
    ...(shown.sockets.size === 0
      ? []
      : sockets.length === 0
        ? ['no socket']
        : socketTables(namespace)),
  ];
  return [
    `network namespace ${inode ?? 'of unknown number'} at ${address.slice(2)}`,
    ...parts.flatMap((part, index) => (index === 0 ? [part] : ['', part])),
  ];
}

type Names = ReadonlyMap<number, string>;

function routeColumns(names: Names): readonly ReportColumn<Route>[] {
  return [
    {
      title: 'ROUTE',
      value: () => null,
      text: ({ destination, prefixLength }) => `${destination}/${prefixLength}`,
    },
    {
      title: 'TABLE',
      value: ({ table }) => table,
      text: ({ table }) => tableNames[table] ?? String(table),
    },
    { title: 'TYPE', value: ({ type }) => type },
    {
      title: 'VIA',
      kind: 'prose',
      value: () => null,
      text: ({ nextHops }) =>
        nextHops
          ?.map(({ gateway, device }) =>
            [gateway ?? [], deviceText(device, names) ?? []].flat().join(' '),
          )
          .join(', ') ?? unknownText,
    },
    {
      title: 'SOURCE',
      value: ({ source }) => source,
      text: ({ source }) => source ?? '-',
    },
    { title: 'METRIC', kind: 'number', value: ({ priority }) => priority },
  ];
}

function neighbourColumns(names: Names): readonly ReportColumn<NetNeighbour>[] {
  return [
    { title: 'NEIGHBOUR', value: ({ ip }) => ip },
    {
      title: 'DEVICE',
      value: ({ device }) => device,
      text: ({ device }) => deviceText(device, names) ?? '-',
    },
    {
      title: 'HARDWARE',
      value: (row) => row.hardwareAddress,
      text: (row) => row.hardwareAddress ?? '-',
    },
    { title: 'STATE', value: ({ state }) => state },
  ];
}

function deviceText(index: number | null, names: Names): string | undefined {
  return index === null ? undefined : (names.get(index) ?? `device ${index}`);
}
