import { hex, type Kernel, type VirtualAddress } from '@vmcorekit/core';
import { containerOf } from '../containers/container-of.ts';
import { listNodes } from '../containers/list.ts';
import type { WalkNotes } from '../containers/walk.ts';
import { perKernel } from '../per-kernel.ts';
import { optional, place, pointer, wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { withoutTypes } from '../reading/without-types.ts';

const members = {
  inode: optional(wide('ns.inum')),
  devices: place('dev_base_head'),
  packets: optional(place('packet.sklist')),
  tcpTable: optional(pointer('ipv4.tcp_death_row.hashinfo')),
  udpTable: optional(pointer('ipv4.udp_table')),
  unixBuckets: optional(pointer('unx.table.buckets')),
  routeTables: optional(pointer('ipv4.fib_table_hash')),
} as const;

/** A network namespace, before its contents are read. Null where `struct net` has it not. */
export interface NamespaceValues {
  readonly address: VirtualAddress;
  readonly inode: bigint | null;
  readonly devices: VirtualAddress;
  readonly packets: VirtualAddress | null;
  readonly tcpTable: VirtualAddress | null;
  readonly udpTable: VirtualAddress | null;
  readonly unixBuckets: VirtualAddress | null;
  readonly routeTables: VirtualAddress | null;
}

const maxNamespaces = 2 ** 16;

const readerOf = perKernel((kernel: Kernel) => knownReader(kernel, 'net', members));

/** Undefined where it cannot be read. */
export function namespaceAt(kernel: Kernel, address: VirtualAddress): NamespaceValues | undefined {
  const values = readerOf(kernel)?.tryRead(address);
  return values === undefined ? undefined : { address, ...values };
}

/** The network namespaces in the kernel's list; a sentence where it cannot be found. */
export function listedNamespaces(kernel: Kernel, notes: WalkNotes): NamespaceValues[] | string {
  if (readerOf(kernel) === undefined) {
    return withoutTypes(kernel, 'struct net');
  }
  const name = 'net_namespace_list';
  const head = kernel.symbols.find(name)?.address;
  if (head === undefined) {
    return `the symbols (${kernel.symbols.from}) do not name ${name}, where the namespaces hang`;
  }
  const found: NamespaceValues[] = [];
  for (const node of listNodes(kernel, head, notes, { name, limit: maxNamespaces })) {
    const address = containerOf(kernel, 'net', 'list', node);
    const values = namespaceAt(kernel, address);
    if (values === undefined) {
      const because = `the namespace at ${hex(address)} cannot be read`;
      notes.add({ container: name, at: address, because });
    } else {
      found.push(values);
    }
  }
  return found;
}
