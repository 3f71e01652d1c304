import { type DumpImage, VmcorekitError } from '@vmcorekit/core';
import type { Toolkit, WritableKind } from '@vmcorekit/engine';
import { kindAsked } from '../writing/new-file.ts';
import { kindForRepaired } from '../writing/output-kind.ts';
import { canHold, type RepairPlan } from './plan-repair.ts';

/**
 * The kind of a repaired copy: the one asked for, else what the name of the output suggests, else
 * the input's format. Throws `unknown-name`, and `unsupported` for one that has no place for what
 * the plan says.
 */
export function repairedKind(
  toolkit: Toolkit,
  image: Pick<DumpImage, 'format'>,
  plan: RepairPlan,
  name: string,
  asked: string | undefined,
): WritableKind {
  const kind = kindAsked(toolkit, asked, () => kindForRepaired(toolkit, image, name));
  if (kind.holdsMemoryAlone === true) {
    throw new VmcorekitError('unsupported', {
      what: `a repaired copy as ${kind.summary}, which has no place for what a repair adds`,
      advice: 'write KDUMP or ELF',
    });
  }
  if (!canHold(plan, kind)) {
    throw new VmcorekitError('unsupported', {
      what: `marking ${kind.summary}, which has no phys_base in its header`,
      advice: 'only KDUMP has one, plain or flattened',
    });
  }
  return kind;
}
