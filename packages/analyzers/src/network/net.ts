import { type Analyzer, defineAnalyzer, plural, reportRows } from '@vmcorekit/core';
import {
  type NetworkParts,
  type NetworkSocket,
  readNetwork,
  type SocketKind,
  socketKinds,
} from '@vmcorekit/linux';
import { kernelAnswer } from '../kernel-answer.ts';
import { deviceColumns, deviceRows, type SocketRow, socketColumns } from './net-columns.ts';
import { type NetNamespace, type NetReport, netNamespace } from './net-report.ts';
import { type NetShown, netText } from './net-text.ts';

const options = {
  devices: { type: 'boolean', summary: 'show network devices', default: false },
  tcp: { type: 'boolean', summary: 'show TCP sockets', default: false },
  udp: { type: 'boolean', summary: 'show UDP sockets', default: false },
  raw: { type: 'boolean', summary: 'show raw sockets', default: false },
  unix: { type: 'boolean', summary: 'show unix sockets', default: false },
  netlink: { type: 'boolean', summary: 'show netlink sockets', default: false },
  packet: { type: 'boolean', summary: 'show packet sockets', default: false },
  routes: { type: 'boolean', summary: 'show IPv4 routes', default: false },
  neighbours: { type: 'boolean', summary: 'show the neighbours on links (ARP)', default: false },
  listening: {
    type: 'boolean',
    summary: 'show only sockets that wait for connections or datagrams',
    default: false,
  },
  processes: {
    type: 'boolean',
    summary: 'show the processes that hold sockets, and sockets only they have',
    default: false,
  },
  task: {
    type: 'integer',
    summary: 'show only sockets that the process of this pid holds',
    default: null,
    minimum: 0,
    maximum: 4_194_304,
  },
  namespace: {
    type: 'string',
    summary: 'show only the network namespace of this number or address',
    default: null,
  },
} as const;

const otherParts = ['devices', 'routes', 'neighbours'] as const;

/** Nothing asked for is everything. */
function partsOf(
  given: Readonly<Record<SocketKind | 'listening' | (typeof otherParts)[number], boolean>> & {
    readonly task: number | null;
  },
): NetworkParts & NetShown {
  const asked = socketKinds.filter((kind) => given[kind]);
  const isAny = asked.length > 0 || otherParts.some((part) => given[part]);
  const isAll = !isAny && !given.listening && given.task === null;
  return {
    devices: given.devices || isAll,
    routes: given.routes || isAll,
    neighbours: given.neighbours || isAll,
    sockets: new Set(isAny ? asked : socketKinds),
  };
}

/**
 * The network of the kernel: for each namespace its devices and sockets. The data is `{ namespaces
 * }`; null where they cannot be found.
 */
export const net: Analyzer<NetReport | null, typeof options> = defineAnalyzer({
  name: 'net',
  summary: 'network devices and sockets, by namespace',
  options,
  run: (context, given) =>
    kernelAnswer(
      context,
      { head: 'no network', rows: reportRows(socketColumns, []) },
      function* (kernel, without) {
        const parts = partsOf(given);
        const network = yield* readNetwork(kernel, {
          ...parts,
          owners: given.processes || given.task !== null,
        });
        if (typeof network === 'string') {
          return without(network);
        }
        const isWanted = (socket: NetworkSocket) =>
          (!given.listening || isListening(socket)) &&
          (given.task === null || socket.owners?.some(({ pid }) => pid === given.task) === true);
        const all = network.namespaces.map((each) => netNamespace(each, isWanted));
        const namespaces = all.filter(
          (each) =>
            isNamed(each, given.namespace) && (given.task === null || each.sockets.length > 0),
        );
        if (namespaces.length === 0 && given.task !== null) {
          return without(`process ${given.task} holds no socket`, network.remarks);
        }
        if (namespaces.length === 0) {
          const known = all.map(({ inode, address }) => inode ?? address).slice(0, 10);
          return without(`no network namespace is that one; there are ${known.join(', ')}`);
        }
        const onlyDevices = parts.sockets.size === 0 && parts.devices;
        return {
          text: namespaces.flatMap((namespace, index) => [
            ...(index === 0 ? [] : ['']),
            ...netText(namespace, parts),
          ]),
          data: { namespaces },
          rows: onlyDevices
            ? reportRows(deviceColumns, namespaces.flatMap(deviceRows))
            : reportRows(socketColumns, namespaces.flatMap(socketRows)),
          remarks: [...kernel.types.remarks, ...network.remarks, ...unlistedRemarks(namespaces)],
        };
      },
    ),
});

/** A socket without a connection, of those that can have one. */
function isListening({ kind, state }: NetworkSocket): boolean {
  return state === 'listen' || ((kind === 'udp' || kind === 'raw') && state === 'close');
}

function isNamed({ inode, address }: NetNamespace, wanted: string | null): boolean {
  return (
    wanted === null ||
    wanted === inode?.toString() ||
    wanted.toLowerCase().replace(/^0x/, '') === address.slice(2)
  );
}

function unlistedRemarks(namespaces: readonly NetNamespace[]): string[] {
  return namespaces
    .filter(({ isListed }) => !isListed)
    .map(
      ({ address, sockets }) =>
        `${plural(sockets.length, 'socket')} belong to the namespace at ${address}, which the ` +
        'list of namespaces does not have: it ends just now, or it hides',
    );
}

function socketRows({ inode, sockets }: NetNamespace): SocketRow[] {
  return sockets.map((socket) => ({ ...socket, namespace: inode }));
}
