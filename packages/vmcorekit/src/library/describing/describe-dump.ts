import type { Dump, Verdict } from '@vmcorekit/core';
import { damageOf, type Toolkit } from '@vmcorekit/engine';
import type { DescribeAnswer } from '@vmcorekit/report';
import type { WorkOptions } from '../work-options.ts';
import { type ProvenanceOptions, provenanceOf } from './provenance.ts';

export interface DescribeOptions extends ProvenanceOptions, WorkOptions {}

/** What a dump says of its machine, the verdict that it rests on, its damage, and provenance. */
export type Description = Omit<DescribeAnswer, 'dump'>;

/** Describes a dump after its search. `configuration` are the files that shaped the search. */
export async function describeDump(
  toolkit: Toolkit,
  dump: Dump,
  verdict: Verdict,
  { hash, now, ...driving }: DescribeOptions,
  configuration: readonly string[] = [],
): Promise<Description> {
  const system = await toolkit.describe(dump, verdict, driving);
  const about = { ...(hash === undefined ? {} : { hash }), ...(now === undefined ? {} : { now }) };
  const provenance = await provenanceOf(toolkit, dump, about, configuration, driving);
  return { verdict, system, provenance, damage: damageOf(dump, null) };
}
