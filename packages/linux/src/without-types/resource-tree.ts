import { type Kernel, StructView, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { imageData } from '../reading/image-data.ts';
import { knownText } from '../reading/known-text.ts';
import { isSystemRam } from '../system/system-ram-name.ts';
import { onlyOf } from './agreement.ts';

/** Machines have dozens of ranges at the top of the tree. */
const mostResources = 4096;
const maxNameInBytes = 256;
/** Name and flags of `iomem_resource` (IORESOURCE_MEM). Source: Linux, kernel/resource.c. */
const rootName = 'PCI mem';
const rootFlags = 0x200;
/** Of all that look like a root, these many are tried; real kernels have one. */
const mostRoots = 64;

/** Offsets of the members that a tree is walked by. */
export interface ResourceLayout {
  readonly sizeInBytes: number;
  /** Of an address of memory: 32-bit machines may have 64-bit ones. */
  readonly addressSizeInBytes: number;
  readonly name: number;
  readonly flags: number;
  readonly parent: number;
  readonly sibling: number;
  readonly child: number;
}

/** The tree of /proc/iomem. */
export interface ResourceTree {
  readonly root: VirtualAddress;
  readonly layout: ResourceLayout;
}

type Source = Pick<Kernel, 'memory' | 'symbols' | 'runs'>;

/**
 * The tree of /proc/iomem, and the layout of `struct resource` by it. Its members have had the
 * same order in every Linux of Git; `desc` came with 4.6, and the size of an address depends on
 * the machine. Its root is named by a symbol, which a kernel without CONFIG_KALLSYMS_ALL does not
 * keep; else it is found by its name and flags in the data of the image. A tree counts if all
 * ranges at its top ascend, have names and lead back to the root, and one is System RAM. Undefined
 * where none does, or several do. Source: Linux, include/linux/ioport.h.
 */
export const resourceTreeOf: (kernel: Source) => ResourceTree | undefined = perKernel(
  (kernel: Source) => {
    const layouts = layoutsFor(kernel.memory.wordSizeInBits / 8);
    const named = kernel.symbols.find('iomem_resource')?.address;
    const trees = layouts.flatMap((layout) =>
      (named === undefined ? rootsIn(kernel, layout) : [named]).map((root) => ({ root, layout })),
    );
    return onlyOf(trees.filter(({ root, layout }) => isTree(kernel.memory, root, layout)));
  },
);

function layoutsFor(word: number): ResourceLayout[] {
  return (word === 8 ? [8] : [4, 8]).flatMap((addressSizeInBytes) =>
    [true, false].map((hasDesc): ResourceLayout => {
      const name = 2 * addressSizeInBytes;
      const flags = name + word;
      const parent = flags + (hasDesc ? 2 : 1) * word;
      return {
        sizeInBytes: parent + 3 * word,
        addressSizeInBytes,
        name,
        flags,
        parent,
        sibling: parent + word,
        child: parent + 2 * word,
      };
    }),
  );
}

/** What looks like `iomem_resource` in the data of the image. */
function rootsIn(kernel: Source, layout: ResourceLayout): VirtualAddress[] {
  const { memory } = kernel;
  const step = memory.wordSizeInBits / 8;
  const roots: VirtualAddress[] = [];
  for (const { start, bytes, lengthInBytes } of imageData(kernel, layout.sizeInBytes)) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const isLittle = memory.byteOrder === 'little';
    // The last bytes of a big-endian word are the low ones.
    const flagsAt = layout.flags + (isLittle ? 0 : step - 4);
    const last = Math.min(lengthInBytes, bytes.length - layout.sizeInBytes + 1);
    for (let at = 0; at < last && roots.length < mostRoots; at += step) {
      if (view.getUint32(at + flagsAt, isLittle) === rootFlags) {
        const root = start + BigInt(at);
        const name = resourceAt(memory, root, layout)?.name;
        if (name !== undefined && knownText(memory, name, maxNameInBytes) === rootName) {
          roots.push(root);
        }
      }
    }
  }
  return roots;
}

type Memory = Kernel['memory'];

/** Whether the tree from `root` on is one in this layout. */
function isTree(memory: Memory, root: bigint, layout: ResourceLayout): boolean {
  const top = resourceAt(memory, root, layout);
  if (top === undefined || top.parent !== 0n || top.sibling !== 0n) {
    return false;
  }
  let hasRam = false;
  let least = 0n;
  let next = top.child;
  for (let count = 0; next !== 0n && count < mostResources; count++) {
    const resource = resourceAt(memory, next, layout);
    const name = resource && knownText(memory, resource.name, maxNameInBytes);
    if (
      resource === undefined ||
      name === undefined ||
      name === '' ||
      resource.parent !== root ||
      resource.start < least ||
      resource.end < resource.start
    ) {
      return false;
    }
    hasRam ||= isSystemRam(name);
    least = resource.end + 1n;
    next = resource.sibling;
  }
  return next === 0n && hasRam;
}

function resourceAt(memory: Memory, address: bigint, layout: ResourceLayout) {
  const bytes = new Uint8Array(layout.sizeInBytes);
  const isRead = tryRead(() => {
    memory.readInto(address, bytes);
    return true;
  });
  if (isRead === undefined) {
    return undefined;
  }
  const view = new StructView(bytes, memory.byteOrder, 'resource');
  const at = (offset: number, size: number): bigint =>
    size === 8 ? view.uint64(offset) : BigInt(view.uint32(offset));
  const pointer = (offset: number): bigint => at(offset, memory.wordSizeInBits / 8);
  return {
    start: at(0, layout.addressSizeInBytes),
    end: at(layout.addressSizeInBytes, layout.addressSizeInBytes),
    name: pointer(layout.name),
    parent: pointer(layout.parent),
    sibling: pointer(layout.sibling),
    child: pointer(layout.child),
  };
}
