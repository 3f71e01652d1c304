import { type Kernel, type VirtualAddress, VmcorekitError } from '@vmcorekit/core';
import { pointer, wide } from '../reading/fields.ts';
import { knownText } from '../reading/known-text.ts';
import { structReader } from '../reading/struct-reader.ts';
import { resourceTreeOf } from '../without-types/resource-tree.ts';

/** More than any machine has; a tree of resources is shallow. */
const maxResources = 2 ** 16;
const maxDepth = 64;
const maxNameInBytes = 256;

/** A range of physical memory or of I/O ports. */
export interface Resource {
  readonly address: VirtualAddress;
  readonly start: bigint;
  /** Inclusive. */
  readonly end: bigint;
  /** Null where it cannot be read. */
  readonly name: string | null;
  /** 0 for one that lies in no other. */
  readonly depth: number;
}

/**
 * The resources of /proc/iomem (`iomem_resource`) or /proc/ioports (`ioport_resource`), in their
 * order. `isComplete` is false where the tree comes back to one, is too deep, or cannot be read.
 * Without its symbol, `iomem_resource` is found by its shape. Throws `unknown-name` where symbols
 * or types lack them. Source: Linux, kernel/resource.c.
 */
export function readResources(
  kernel: Kernel,
  root: 'iomem_resource' | 'ioport_resource',
): { readonly resources: readonly Resource[]; readonly isComplete: boolean } {
  const { memory, symbols } = kernel;
  const at =
    symbols.find(root)?.address ??
    (root === 'iomem_resource' ? resourceTreeOf(kernel)?.root : undefined);
  if (at === undefined) {
    throw new VmcorekitError('unknown-name', { kind: 'variable', name: root, known: [] });
  }
  const reader = structReader(kernel, 'resource', {
    start: wide('start'),
    end: wide('end'),
    name: pointer('name'),
    sibling: pointer('sibling'),
    child: pointer('child'),
  });
  const first = reader.tryRead(at)?.child;
  const resources: Resource[] = [];
  const seen = new Set<bigint>([at, 0n]);
  const waiting = first === undefined ? [] : [{ address: first, depth: 0 }];
  let isComplete = first !== undefined;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { address, depth } = next;
    if (address === 0n) {
      continue;
    }
    const values = reader.tryRead(address);
    const isCut = resources.length >= maxResources || depth > maxDepth || seen.has(address);
    if (values === undefined || isCut) {
      isComplete = false;
      continue;
    }
    seen.add(address);
    const name = knownText(memory, values.name, maxNameInBytes) ?? null;
    resources.push({ address, start: values.start, end: values.end, name, depth });
    waiting.push({ address: values.sibling, depth }, { address: values.child, depth: depth + 1 });
  }
  return { resources, isComplete };
}
