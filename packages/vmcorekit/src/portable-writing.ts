// What `convert` and `repair` decide before a byte is written. Imports nothing of Node.
export {
  markerPlan,
  newFileOptionsOf,
  planRepair,
  type RepairPlan,
  type RepairRefusal,
  refusalOf,
} from './library/repairing/plan-repair.ts';
export { repairedKind } from './library/repairing/repaired-kind.ts';
export { mendedBy, repairedJson, repairedReport } from './library/repairing/repaired-report.ts';
export { filterLines } from './library/writing/filter-advice.ts';
export { layoutDoubt, needsSearch } from './library/writing/layout-doubt.ts';
export { machineFound } from './library/writing/machine-found.ts';
export {
  filtersOf,
  kindAsked,
  pageSizes,
  pageSizeToWrite,
} from './library/writing/new-file.ts';
export { kindByName, kindForRepaired, writableKinds } from './library/writing/output-kind.ts';
