import { isVmcorekitError, type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import {
  containerOf,
  listNodes,
  offsetOf,
  perCpuAddress,
  perCpuOf,
  WalkNotes,
} from '../containers/index.ts';
import type { DirectMap } from './direct-map.ts';
import { pfnOfPage } from './direct-map.ts';
import { isSlabPage, type PageFrame, pageFrameAt } from './page-frame.ts';
import { freeObjects, maxObjectsInSlab } from './slab-freelist.ts';
import { type SlabLayout, slabLayoutOf } from './slab-layout.ts';

/** No slab has more bytes. */
const maxSlabInBytes = 2 ** 22;
const maxSheaves = 4096;

/** The object of a slab cache that holds an address. */
export interface SlabObject {
  readonly cache: string;
  readonly cacheAddress: VirtualAddress;
  /** Where the object begins. */
  readonly object: VirtualAddress;
  readonly objectSizeInBytes: number;
  /** From its beginning to the address. */
  readonly offset: number;
  /** The first page of its slab. */
  readonly slabPage: VirtualAddress;
  /** Null where it is not proved. */
  readonly state: 'free' | 'in use' | null;
  readonly how: string;
}

/**
 * The object of a slab that holds an address of the direct map. Undefined where the page is no
 * slab's. Source: Linux, mm/slub.c, mm/slab.h.
 */
export function slabObjectAt(
  kernel: Kernel,
  map: DirectMap,
  address: VirtualAddress,
): SlabObject | undefined {
  const frame = pageFrameAt(kernel, map, (address - map.base) / map.pageSize);
  const headPfn = frame?.head == null ? frame?.pfn : pfnOfPage(map, frame.head);
  const head = headPfn === undefined ? undefined : pageFrameAt(kernel, map, headPfn);
  if (head === undefined || !isSlabPage(kernel, head)) {
    return undefined;
  }
  return tryRead(() => objectIn(kernel, map, address, head));
}

function objectIn(
  kernel: Kernel,
  map: DirectMap,
  address: VirtualAddress,
  head: PageFrame,
): SlabObject | undefined {
  const { types } = kernel;
  const slabStruct = types.struct('slab')?.member('slab_cache') === undefined ? 'page' : 'slab';
  if (types.struct(slabStruct)?.member('slab_cache') === undefined) {
    return undefined;
  }
  const cache = kernel.object(`struct ${slabStruct}`, head.address).at('slab_cache').dereference();
  const size = cache.at('size').bits();
  const pad = types.struct('kmem_cache')?.member('red_left_pad');
  const redLeftPad = pad === undefined ? 0n : cache.at('red_left_pad').bits();
  const start = map.base + head.pfn * map.pageSize + redLeftPad;
  const within = address - start;
  if (size === 0n || within < 0n || within >= BigInt(maxSlabInBytes)) {
    return undefined;
  }
  const object = start + (within / size) * size;
  return {
    cache: cache.at('name').text(),
    cacheAddress: cache.address,
    object,
    objectSizeInBytes: cache.at('object_size').number(),
    offset: Number(address - object),
    slabPage: head.address,
    ...stateOf(kernel, cache.address, head.address, object, { start, size }),
  };
}

/** Whether an object hangs on a free list of its slab, of a CPU, or lies in a sheaf. */
function stateOf(
  kernel: Kernel,
  cacheAt: VirtualAddress,
  slabAt: VirtualAddress,
  object: VirtualAddress,
  { start, size }: { readonly start: bigint; readonly size: bigint },
): Pick<SlabObject, 'state' | 'how'> {
  const layout = knownLayout(kernel);
  const cache = layout?.cache.tryRead(cacheAt);
  const slab = layout?.slab.tryRead(slabAt);
  if (layout === undefined || cache === undefined || slab === undefined) {
    return unknown("the page's slab_cache; whether the object is in use is not proved");
  }
  const range = { start, size, count: Math.min(slab.objects, maxObjectsInSlab) };
  if (object >= start + size * BigInt(range.count)) {
    return unknown("the page's slab_cache; it lies after the slab's last object");
  }
  const form = { freeAt: cache.freeAt ?? 0, random: cache.random };
  const onSlab = freeObjects(kernel, slab.freelist, range, form);
  if (onSlab?.has(object) === true) {
    return { state: 'free', how: "the page's slab_cache, and its slab's free list" };
  }
  if (cache.cpuSheaves !== null) {
    return isInSheaf(kernel, layout, cacheAt, cache.cpuSheaves, object)
      ? { state: 'free', how: "the page's slab_cache; a sheaf has it" }
      : unknown("the page's slab_cache; no free list and no sheaf has it, but it may wait for RCU");
  }
  let isSure = onSlab !== undefined && cache.cpuSlab !== null;
  for (const cpu of perCpuOf(kernel).possible.value ?? []) {
    const at = perCpuAddress(kernel, cache.cpuSlab ?? 0n, cpu);
    const own = at === undefined ? undefined : layout.cpu?.tryRead(at);
    isSure &&= own !== undefined;
    if (own?.slab === slabAt) {
      const kept = freeObjects(kernel, own.freelist, range, form);
      if (kept?.has(object) === true) {
        return { state: 'free', how: `the page's slab_cache, and the free list of CPU ${cpu}` };
      }
      isSure &&= kept !== undefined;
    }
  }
  return isSure && perCpuOf(kernel).possible.value !== null
    ? { state: 'in use', how: "the page's slab_cache; no free list has it" }
    : unknown("the page's slab_cache; a free list that may have it cannot be read");
}

function unknown(how: string): Pick<SlabObject, 'state' | 'how'> {
  return { state: null, how };
}

function knownLayout(kernel: Kernel): SlabLayout | undefined {
  try {
    return slabLayoutOf(kernel);
  } catch (error) {
    if (isVmcorekitError(error, 'unknown-name') || isVmcorekitError(error, 'usage')) {
      return undefined;
    }
    throw error;
  }
}

function isInSheaf(
  kernel: Kernel,
  layout: SlabLayout,
  cache: VirtualAddress,
  perCpu: bigint,
  object: VirtualAddress,
): boolean {
  const { memory } = kernel;
  const { sheaves, sheaf, nodes } = layout;
  if (sheaves === undefined || sheaf === undefined || perCpu === 0n) {
    return false;
  }
  const objectsAt = offsetOf(kernel, 'slab_sheaf', 'objects');
  const word = BigInt(memory.wordSizeInBits / 8);
  const has = (at: bigint): boolean => {
    const count = at === 0n ? 0 : Math.min(sheaf.tryRead(at)?.size ?? 0, maxObjectsInSlab);
    for (let index = 0n; index < BigInt(count); index++) {
      if (tryRead(() => memory.readPointer(at + objectsAt + index * word)) === object) {
        return true;
      }
    }
    return false;
  };
  for (const cpu of perCpuOf(kernel).possible.value ?? []) {
    const at = perCpuAddress(kernel, perCpu, cpu);
    const own = at === undefined ? undefined : sheaves.tryRead(at);
    if (own !== undefined && [own.main, own.spare, own.rcuFree].some(has)) {
      return true;
    }
  }
  for (let id = 0n; nodes?.barn != null && id < BigInt(nodes.count); id++) {
    const barn = tryRead(() => memory.readPointer(cache + (nodes.barn ?? 0n) + id * nodes.step));
    if (barn === undefined || barn === 0n) {
      break;
    }
    const head = barn + offsetOf(kernel, 'node_barn', 'sheaves_full');
    for (const link of listNodes(kernel, head, new WalkNotes(), { limit: maxSheaves })) {
      if (has(containerOf(kernel, 'slab_sheaf', 'barn_list', link))) {
        return true;
      }
    }
  }
  return false;
}
