import type { FleetFilter } from 'vmcorekit/fleet';
import { outcomes } from '../store/outcome.ts';
import { BadRequest } from './bad-request.ts';

/** The fields that a page of results can be narrowed by: names in the address, and for people. */
export const filterFields = {
  release: 'Release (* and ?)',
  buildId: 'Build ID',
  architecture: 'Architecture',
  signature: 'Signature',
  module: 'Module',
  taint: 'Taint flags',
  damage: 'Damage',
  outcome: 'Outcome',
  since: 'Since',
  until: 'Until',
} as const;

export type FilterField = keyof typeof filterFields;

export const filterNames: readonly FilterField[] = Object.keys(filterFields) as FilterField[];

/** The filter of an address. Empty fields do not count. Throws `BadRequest`. */
export function filterOf(query: URLSearchParams): FleetFilter {
  const filter: { -readonly [Name in FilterField]?: string } = {};
  for (const name of filterNames) {
    const value = query.get(name)?.trim() ?? '';
    if (value !== '') {
      filter[name] = read(name, value);
    }
  }
  return filter;
}

function read(name: FilterField, value: string): string {
  // PostgreSQL takes no U+0000, and no half of a surrogate pair.
  if (/\0|\p{Surrogate}/u.test(value)) {
    throw new BadRequest(400, `${name}: a character of it cannot be searched for`);
  }
  if (name === 'outcome' && !Object.hasOwn(outcomes, value)) {
    throw new BadRequest(400, `outcome: wanted one of ${Object.keys(outcomes).join(', ')}`);
  }
  if (name !== 'since' && name !== 'until') {
    return value;
  }
  const time = /^\d{4}-\d{2}-\d{2}/.test(value) ? new Date(value) : undefined;
  if (time === undefined || Number.isNaN(time.getTime())) {
    throw new BadRequest(400, `${name}: wanted a date like 2026-11-30, or ISO 8601`);
  }
  return time.toISOString();
}

/** A number of the address that ascends with results; undefined if it is not given. */
export function numberIn(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name) ?? '';
  if (text === '') {
    return undefined;
  }
  const number = Number(text);
  if (!/^[1-9]\d*$/.test(text) || !Number.isSafeInteger(number)) {
    throw new BadRequest(400, `${name}: wanted a number of 1 or more`);
  }
  return number;
}
