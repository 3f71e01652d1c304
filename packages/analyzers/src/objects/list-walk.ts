import type { DeclaredType, Kernel, VirtualAddress } from '@vmcorekit/core';
import {
  hlistNodes,
  idrEntries,
  listNodes,
  mapleEntries,
  rbNodes,
  type WalkNotes,
  type WalkOptions,
  xarrayEntries,
} from '@vmcorekit/linux';

/** The containers that a walk knows. */
export type ContainerKind = 'list' | 'hlist' | 'rb' | 'xarray' | 'idr' | 'maple';

/** A node of a list or tree, or an entry of an array. */
export interface WalkedItem {
  readonly address: VirtualAddress;
  /** The first index of an entry; null for a node. */
  readonly index: bigint | null;
}

const kindOfStruct: ReadonlyMap<string, ContainerKind> = new Map([
  ['list_head', 'list'],
  ['hlist_head', 'hlist'],
  ['rb_root', 'rb'],
  ['rb_root_cached', 'rb'],
  ['timerqueue_head', 'rb'],
  ['xarray', 'xarray'],
  ['radix_tree_root', 'xarray'],
  ['idr', 'idr'],
  ['ida', 'xarray'],
  ['maple_tree', 'maple'],
]);

/**
 * The container that a type is the head of, or begins with: a `plist_head` is a list. Undefined for
 * any other type.
 */
export function kindOfHead({ type }: Pick<DeclaredType, 'type'>): ContainerKind | undefined {
  const struct = type?.kind === 'struct' ? type.struct : undefined;
  const first = struct?.members?.()[0]?.type;
  const begins = first?.kind === 'struct' ? kindOfStruct.get(first.struct.name) : undefined;
  return struct === undefined ? undefined : (kindOfStruct.get(struct.name) ?? begins);
}

/** What hangs on a head. Damage goes to the notes. */
export function* walk(
  kernel: Kernel,
  kind: ContainerKind,
  head: VirtualAddress,
  notes: WalkNotes,
  options: WalkOptions,
): Generator<WalkedItem, void, void> {
  switch (kind) {
    case 'list':
      return yield* withoutIndex(listNodes(kernel, head, notes, options));
    case 'hlist':
      return yield* withoutIndex(hlistNodes(kernel, head, notes, options));
    case 'rb':
      return yield* withoutIndex(rbNodes(kernel, head, notes, options));
    case 'xarray':
      for (const { entry, index } of xarrayEntries(kernel, head, notes, options)) {
        yield { address: entry, index };
      }
      return undefined;
    case 'idr':
      for (const { entry, index } of idrEntries(kernel, head, notes, options)) {
        yield { address: entry, index };
      }
      return undefined;
    case 'maple':
      for (const { entry, first } of mapleEntries(kernel, head, notes, options)) {
        yield { address: entry, index: first };
      }
      return undefined;
  }
}

function* withoutIndex(nodes: Iterable<VirtualAddress>): Generator<WalkedItem, void, void> {
  for (const address of nodes) {
    yield { address, index: null };
  }
}
