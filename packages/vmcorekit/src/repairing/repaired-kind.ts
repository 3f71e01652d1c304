import type { DumpImage } from '@vmcorekit/core';
import type { Toolkit, WritableKind } from '@vmcorekit/engine';
import { UsageError } from '../arguments/usage-error.ts';
import { standardStream } from '../dumps/open-input.ts';
import { canHold, type RepairPlan } from '../library/repairing/plan-repair.ts';
import { kindForRepaired, kindThat } from '../library/writing/output-kind.ts';
import { existingKind, outputKindFor } from '../writing/output-kind.ts';

/**
 * The kind of a repaired copy: the one asked for, else what the name of the output suggests, else
 * the input's format. Throws `UsageError` for one that has no place for what the plan says.
 */
export function repairedKindFor(
  toolkit: Toolkit,
  image: DumpImage,
  plan: RepairPlan,
  path: string,
  asked: string | undefined,
): WritableKind {
  const kind =
    asked !== undefined || path === standardStream
      ? outputKindFor(toolkit, path, asked)
      : existingKind(kindForRepaired(toolkit, image, path));
  if (!canHold(plan, kind)) {
    const able = kindThat(toolkit, ({ statesPhysBase }) => statesPhysBase === true);
    const advice = able === undefined ? '' : `; use --to ${able.name}`;
    throw new UsageError(`--mark: ${kind.summary} has no phys_base in its header${advice}`);
  }
  return kind;
}
