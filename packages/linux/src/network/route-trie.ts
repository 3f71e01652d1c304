import { hex, type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import type { WalkNotes } from '../containers/walk.ts';
import { perKernel } from '../per-kernel.ts';
import { number, place } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';

/** A prefix in a table of routes. */
export interface TrieLeaf {
  /** The address, as a number of the CPU's byte order. */
  readonly key: number;
  /** The address of the `hlist_head` of its `fib_alias`. */
  readonly aliases: VirtualAddress;
}

/** What is left of a limit that several tries share. */
export interface TrieLimits {
  pointersLeft: number;
}

const keyLength = 32;
/** More children than any node has: it is halved while most are empty. */
const maxChildBits = 24;
const maxNodes = 2 ** 22;
const pointersPerStep = 4096;

const readerOf = perKernel((kernel: Kernel) =>
  knownReader(kernel, 'key_vector', {
    key: number('key'),
    position: number('pos'),
    bits: number('bits'),
    children: place('tnode', 'leaf'),
  }),
);

/**
 * The leaves of a `struct trie`, by ascending address. An inner node looks at `bits` bits of an
 * address, from bit `pos` up, and its children at lower ones. So no walk is deeper than 32 nodes.
 * Undefined comes now and then, so that the caller can pause. Source: Linux, net/ipv4/fib_trie.c.
 */
export function* trieLeaves(
  kernel: Kernel,
  trie: VirtualAddress,
  notes: WalkNotes,
  limits: TrieLimits,
): Generator<TrieLeaf | undefined, void, void> {
  const reader = readerOf(kernel);
  const root = reader?.tryRead(trie);
  const container = `the routes at ${hex(trie)}`;
  if (reader === undefined || root === undefined) {
    notes.add({ container, at: trie, because: 'they cannot be read, or their type is unknown' });
    return;
  }
  const { memory } = kernel;
  const wordSizeInBytes = memory.wordSizeInBits / 8;
  const seen = new Set<VirtualAddress>();
  // The root has one child, and looks at nothing.
  const open = [{ children: root.children, count: 1, next: 0, below: keyLength }];
  for (let node = open.at(-1); node !== undefined; node = open.at(-1)) {
    if (node.next === node.count) {
      open.pop();
      continue;
    }
    if (--limits.pointersLeft < 0) {
      notes.add({ container, at: trie, because: 'the walk ends here: the tree is too large' });
      return;
    }
    if (limits.pointersLeft % pointersPerStep === 0) {
      yield undefined;
    }
    const pointerAt = node.children + BigInt(node.next++ * wordSizeInBytes);
    const at = tryRead(() => memory.readPointer(pointerAt));
    if (at === 0n) {
      continue;
    }
    const values = at === undefined ? undefined : reader.tryRead(at);
    if (at === undefined || values === undefined || seen.has(at) || seen.size === maxNodes) {
      const because = 'a part of the tree cannot be read, comes twice, or is too large';
      notes.add({ container, at: pointerAt, because });
      // A node of which nothing can be read has no readable child either.
      if (at === undefined) {
        node.next = node.count;
      }
      continue;
    }
    seen.add(at);
    const { key, position, bits, children } = values;
    if (bits === 0) {
      yield { key: key >>> 0, aliases: children };
    } else if (position + bits > node.below || bits > maxChildBits) {
      const because = `it looks at bits ${position} to ${position + bits - 1}, and those are taken`;
      notes.add({ container, at, because });
    } else {
      open.push({ children, count: 2 ** bits, next: 0, below: position });
    }
  }
}
