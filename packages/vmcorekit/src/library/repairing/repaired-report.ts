import type { Dump } from '@vmcorekit/core';
import type { Registry, WritableKind } from '@vmcorekit/engine';
import {
  type JsonObject,
  planJson,
  planLines,
  type Style,
  type WrittenDump,
  writtenJson,
  writtenReport,
} from '@vmcorekit/report';
import { filterLines } from '../writing/filter-advice.ts';
import type { RepairPlan } from './plan-repair.ts';

/** What `repair` says of a new file, for people. */
export function repairedReport(
  registry: Registry,
  dump: Dump,
  plan: RepairPlan,
  written: WrittenDump,
  {
    kind: { limits, format },
    exclude,
    style,
  }: {
    readonly kind: Pick<WritableKind, 'format' | 'limits'>;
    readonly exclude: readonly string[] | undefined;
    readonly style: Style;
  },
): string {
  return [
    writtenReport(written, style, limits).trimEnd(),
    ...planLines(plan, style),
    ...filterLines(registry, dump, format, exclude),
    '',
  ].join('\n');
}

/** The same for programs. */
export function repairedJson(dump: Dump, plan: RepairPlan, written: WrittenDump): JsonObject {
  return { ...planJson(dump, plan), dryRun: false, ...writtenJson(written) };
}

/** The names of the damage that the plan mends. */
export function mendedBy({ description }: RepairPlan): readonly string[] {
  return description === null ? [] : ['vmcoreinfo-unreadable'];
}
