import type { OutputPlace } from '@vmcorekit/browser';
import type { WriteOptions } from '@vmcorekit/core';
import type { DriveOptions, WritableKind } from '@vmcorekit/engine';
import { limitLines, lossLines, plainStyle, planJson, planLines } from '@vmcorekit/report';
import {
  filterLines,
  filtersOf,
  markerPlan,
  mendedBy,
  newFileOptionsOf,
  planRepair,
  type RepairPlan,
  refusalOf,
  repairedJson,
  repairedKind,
  repairedReport,
} from 'vmcorekit/writing';
import type { TextAndJson } from '../../protocol/dump-calls.ts';
import type { RepairRequest, WrittenFile } from '../../protocol/writing-calls.ts';
import type { OpenSession } from '../open-session.ts';
import { writeFile } from './write-file.ts';

const style = plainStyle(100);

/** What a repair would write: the answer of `repair --dry-run`. */
export async function plannedRepair(
  session: OpenSession,
  request: RepairRequest,
  work: DriveOptions,
): Promise<TextAndJson> {
  const { dump } = session;
  const { plan, kind } = await decide(session, request, '', work);
  const lines = [
    ...planLines(plan, style),
    ...limitLines(kind.limits, style),
    ...filterLines(session.toolkit.registry, dump, kind.format, request.exclude),
  ];
  return {
    json: { ...planJson(dump, plan), dryRun: true, kind: kind.name },
    text: lines.join('\n'),
  };
}

/** Writes a repaired copy. Throws `not-certain`, `no-kernel` and what writers throw. */
export async function repair(
  session: OpenSession,
  { place, ...request }: RepairRequest & { readonly place: OutputPlace },
  work: DriveOptions,
): Promise<WrittenFile> {
  const { toolkit, dump } = session;
  const { exclude } = request;
  const { plan, kind, options } = await decide(session, request, place.name, work);
  const { written, download } = await writeFile(toolkit, dump, kind, place, options, work);
  return {
    json: repairedJson(dump, plan, written),
    text: repairedReport(toolkit.registry, dump, plan, written, { kind, exclude, style }),
    remarks: [...plan.contradictions, ...lossLines(dump.damage, written.report, mendedBy(plan))],
    download,
  };
}

interface Decided {
  readonly plan: RepairPlan;
  readonly kind: WritableKind;
  readonly options: WriteOptions;
}

async function decide(
  session: OpenSession,
  { kind: asked, exclude, mark = false, force = false }: RepairRequest,
  name: string,
  work: DriveOptions,
): Promise<Decided> {
  const { toolkit, dump } = session;
  const plan = mark
    ? markerPlan
    : await planRepair(
        toolkit,
        dump,
        await session.located(work),
        { told: undefined, force },
        work,
      );
  if ('because' in plan) {
    throw refusalOf(dump, plan);
  }
  const kind = repairedKind(toolkit, dump.image, plan, name, asked);
  const filters = filtersOf(toolkit, exclude);
  return { plan, kind, options: { ...newFileOptionsOf(plan, dump, kind), filters } };
}
