import { hex, type Kernel, type Progress, type VirtualAddress } from '@vmcorekit/core';
import { WalkNotes } from '../containers/walk.ts';
import { knownPart } from '../reading/known-part.ts';
import { type NetworkDevice, readDevices } from './devices.ts';
import { noteMissingDevices } from './missing-devices.ts';
import { listedNamespaces, type NamespaceValues, namespaceAt } from './namespaces.ts';
import { type Neighbour, readNeighbours } from './neighbours.ts';
import { readSockets } from './read-sockets.ts';
import { type Route, RouteWalk } from './routes.ts';
import type { NetworkSocket, SocketKind } from './socket.ts';
import { readSocketOwners } from './socket-owners.ts';

/** A network namespace and what lies in it. */
export interface NetworkNamespace {
  /** Of its `struct net`. */
  readonly address: VirtualAddress;
  /** As in `/proc/PID/ns/net`; null where it is not proved. */
  readonly inode: number | null;
  /** False where only a socket leads to it: it ends just now, or hides. */
  readonly isListed: boolean;
  readonly devices: readonly NetworkDevice[];
  readonly sockets: readonly NetworkSocket[];
  readonly routes: readonly Route[];
  readonly neighbours: readonly Neighbour[];
}

export interface Network {
  readonly namespaces: readonly NetworkNamespace[];
  readonly remarks: readonly string[];
}

/** Of all devices together: they may share memory that was forged. */
const maxAddresses = 2 ** 20;

/** What to read. */
export interface NetworkParts {
  readonly devices: boolean;
  readonly routes?: boolean;
  readonly neighbours?: boolean;
  readonly sockets: ReadonlySet<SocketKind>;
  /** Whether to look for the processes that hold sockets, and for sockets that no table has. */
  readonly owners?: boolean;
}

/**
 * Reads the network namespaces of a kernel. A sentence where its symbols or types do not lead to
 * them.
 */
export function* readNetwork(
  kernel: Kernel,
  parts: NetworkParts,
): Generator<Progress, Network | string, void> {
  const notes = new WalkNotes();
  const listed = listedNamespaces(kernel, notes);
  if (typeof listed === 'string') {
    return listed;
  }
  const owners = parts.owners === true ? yield* readSocketOwners(kernel) : undefined;
  const found = typeof owners === 'string' ? undefined : owners;
  const sockets = yield* readSockets(kernel, listed, parts.sockets, found, notes);
  if (typeof sockets === 'string') {
    return sockets;
  }
  const byNamespace = grouped(sockets);
  const known = new Set(listed.map(({ address }) => address));
  const others: NamespaceValues[] = [];
  for (const [address, its] of byNamespace) {
    if (!known.has(address)) {
      const values = namespaceAt(kernel, address);
      if (values === undefined) {
        const because = `the sockets there belong to a namespace at ${hex(address)}, which cannot be read`;
        notes.add({ container: 'the sockets', at: its[0]?.address ?? address, because });
      } else {
        others.push(values);
      }
    }
  }
  const first = listed[0]?.address ?? 0n;
  const ofLinks =
    parts.neighbours === true
      ? yield* knownPart(
          {
            ...{ container: 'the neighbours', at: first, otherwise: [] },
            work: readNeighbours(kernel, notes),
          },
          notes,
        )
      : [];
  const neighbours = grouped(ofLinks);
  const limits = { addressesLeft: maxAddresses };
  const routes = new RouteWalk(kernel, notes);
  const namespaces: NetworkNamespace[] = [];
  for (const values of [...listed, ...others]) {
    const { address, inode, routeTables } = values;
    const its = byNamespace.get(address) ?? [];
    const isBound = its.some(({ device }) => device !== null);
    const ofDevices = new WalkNotes();
    const devices =
      parts.devices || isBound
        ? yield* knownPart(
            {
              ...{ container: 'the network devices', at: address, otherwise: [] },
              work: readDevices(kernel, values.devices, limits, ofDevices),
            },
            ofDevices,
          )
        : [];
    for (const damage of ofDevices.all) {
      notes.add(damage);
    }
    if (known.has(address) && ofDevices.all.length === 0) {
      noteMissingDevices(its, devices, notes);
    }
    namespaces.push({
      address,
      inode: inode === null ? null : Number(inode),
      isListed: known.has(address),
      devices: parts.devices ? devices : [],
      sockets: its,
      routes:
        parts.routes === true && routeTables !== null && routeTables !== 0n
          ? yield* knownPart(
              {
                ...{ container: 'the routes', at: address, otherwise: [] },
                work: routes.read(routeTables),
              },
              notes,
            )
          : [],
      neighbours: neighbours.get(address) ?? [],
    });
  }
  return {
    namespaces,
    remarks: [
      ...notes.remarks(),
      ...(typeof owners === 'string'
        ? [`the processes that hold sockets are unknown: ${owners}`]
        : (owners?.remarks ?? [])),
    ],
  };
}

/** By the namespace that they belong to. */
function grouped<Each extends { readonly namespace: VirtualAddress }>(
  all: readonly Each[],
): Map<VirtualAddress, Each[]> {
  const groups = new Map<VirtualAddress, Each[]>();
  for (const each of all) {
    const its = groups.get(each.namespace);
    if (its === undefined) {
      groups.set(each.namespace, [each]);
    } else {
      its.push(each);
    }
  }
  return groups;
}
