import type { Dump, FileChange, KernelClaim } from '@vmcorekit/core';
import type { Toolkit } from '@vmcorekit/engine';
import { undoChanges } from '@vmcorekit/node';
import type { WrittenDump } from '@vmcorekit/report';
import type { LocateResult } from '../locating.ts';
import type { WorkOptions } from '../work-options.ts';
import { type DumpOutput, type NewFileOptions, nameOf, writeNewFile } from '../writing/convert.ts';
import { filtersOf } from '../writing/new-file.ts';
import { planInPlace, repairInPlace } from './in-place.ts';
import {
  markerPlan,
  newFileOptionsOf,
  planRepair,
  type RepairPlan,
  refusalOf,
} from './plan-repair.ts';
import { repairedKind } from './repaired-kind.ts';
import { isToUndo, readUndoRecord } from './undo-repair.ts';

/** What a repair rests on. */
export interface RepairGrounds {
  /** Where the kernel lies, if you know it. */
  readonly told?: KernelClaim;
  /** Repairs although the verdict is not certain. */
  readonly force?: boolean;
  /** Writes only the marker ~0 as phys_base, for readers that know it. Searches for nothing. */
  readonly mark?: boolean;
}

export interface RepairOptions extends RepairGrounds, NewFileOptions {}

export interface RepairInPlaceOptions
  extends RepairGrounds,
    WorkOptions,
    Pick<NewFileOptions, 'exclude'> {
  /** The path of the undo file, which must not exist. */
  readonly undo?: string;
  /** Says what would be changed, and changes nothing. */
  readonly dryRun?: boolean;
}

/** A repaired copy, and what was written into it. */
export interface RepairedDump extends WrittenDump {
  readonly plan: RepairPlan;
}

/** The exact bytes of a repair in place; none if the dump is already repaired. */
export interface ChangedDump {
  readonly path: string;
  readonly plan: RepairPlan;
  readonly changes: readonly FileChange[];
}

/** Writes a repaired copy. `found` is null if the dump is only marked. */
export async function writeRepaired(
  toolkit: Toolkit,
  dump: Dump,
  found: LocateResult | null,
  output: DumpOutput,
  options: RepairOptions,
): Promise<RepairedDump> {
  const plan = await planOf(toolkit, dump, found, options);
  const kind = repairedKind(toolkit, dump.image, plan, nameOf(output), options.kind);
  return {
    ...(await writeNewFile(
      toolkit,
      dump,
      output,
      kind,
      newFileOptionsOf(plan, dump, kind),
      options,
    )),
    plan,
  };
}

/** Changes the file that a dump was opened from, unless `dryRun`. */
export async function changeInPlace(
  toolkit: Toolkit,
  dump: Dump,
  found: LocateResult | null,
  options: RepairInPlaceOptions,
): Promise<ChangedDump> {
  const plan = await planOf(toolkit, dump, found, options);
  const repair = await planInPlace(toolkit, dump, plan, filtersOf(toolkit, options.exclude));
  options.signal?.throwIfAborted();
  if (options.dryRun !== true && repair.changes.length > 0) {
    repairInPlace(repair, options.undo);
  }
  return { path: repair.path, plan, changes: repair.changes };
}

/** Restores the bytes in an undo file, in the file that a dump was opened from. */
export async function restore(toolkit: Toolkit, dump: Dump, undoFile: string): Promise<void> {
  const record = readUndoRecord(undoFile);
  if (await isToUndo(toolkit, dump, record)) {
    undoChanges(dump.files[0] ?? '', record);
  }
}

async function planOf(
  toolkit: Toolkit,
  dump: Dump,
  found: LocateResult | null,
  { told, force = false, signal, onProgress }: RepairGrounds & WorkOptions,
): Promise<RepairPlan> {
  if (found === null) {
    return markerPlan;
  }
  const driving = {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  const plan = await planRepair(toolkit, dump, found.verdict, { told, force }, driving);
  if ('because' in plan) {
    throw refusalOf(dump, plan);
  }
  return plan;
}
