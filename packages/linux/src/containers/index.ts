export { bitmapBits, bitmapSizeInBytes, setBits } from './bitmap.ts';
export { containerOf, offsetOf } from './container-of.ts';
export { hlistNodes } from './hlist.ts';
export { type HlistNullsOptions, hlistNullsNodes } from './hlist-nulls.ts';
export { idrEntries } from './idr.ts';
export { listNodes } from './list.ts';
export { llistNodes } from './llist.ts';
export { type MapleEntry, mapleEntries } from './maple-tree.ts';
export {
  type PerCpu,
  perCpuAddress,
  perCpuOf,
  perCpuParts,
  perCpuPointer,
  perCpuVariable,
  percpuCounterSum,
} from './per-cpu.ts';
export { rbNodes } from './rb-tree.ts';
export { rhashtableNodes } from './rhashtable.ts';
export {
  type Containers,
  nodeLimit,
  type WalkDamage,
  WalkNotes,
  type WalkOptions,
} from './walk.ts';
export { type XarrayEntry, xarrayEntries } from './xarray.ts';
