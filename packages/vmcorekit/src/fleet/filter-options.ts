import { fileValue, type OptionSpec, type OptionValues, value } from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { FleetFilter } from './fleet-data.ts';

const outcomes = ['read', 'unreadable', 'not-found', 'crashed', 'lost'];

type FilterOptionName =
  | 'release'
  | 'build-id'
  | 'arch'
  | 'signature'
  | 'damage'
  | 'taint'
  | 'module'
  | 'outcome'
  | 'file'
  | 'since'
  | 'until'
  | 'new-since';

/** Which results are meant, for the commands that show them or read their dumps again. */
export const filterOptionTable: {
  readonly [Name in FilterOptionName]: OptionSpec<string | undefined>;
} = {
  release: text('GLOB', 'choose kernels by release, like 6.1.*'),
  'build-id': text('HEX', 'choose one kernel by its build ID'),
  arch: text('NAME', 'choose kernels of this architecture'),
  signature: text('HEX', 'choose crashes of this signature'),
  damage: text('NAME', 'choose dumps with this damage'),
  taint: text('LETTERS', 'choose kernels that are tainted by all of these flags'),
  module: text('NAME', 'choose kernels with this module'),
  outcome: {
    ...value(
      'WHAT',
      'choose results by outcome: read, unreadable, crashed and others',
      parseOutcome,
    ),
    choices: outcomes,
  },
  file: fileValue('choose the dump that has or had this path'),
  since: value('TIME', 'choose results from this time on: 2026-11-30, or ISO 8601', parseTime),
  until: value('TIME', 'choose results before this time', parseTime),
  'new-since': value(
    'TIME',
    'choose crashes that are new since this time, or in the last 7d',
    parseAge,
  ),
};

/** The options as a filter: what was not given does not count. */
export function filterOf(options: OptionValues<typeof filterOptionTable>): FleetFilter {
  const given = {
    release: options.release,
    buildId: options['build-id']?.toLowerCase(),
    architecture: options.arch,
    signature: options.signature?.toLowerCase(),
    damage: options.damage,
    taint: options.taint,
    module: options.module,
    outcome: options.outcome,
    file: options.file,
    since: options.since,
    until: options.until,
    newSince: options['new-since'],
  };
  return Object.fromEntries(Object.entries(given).filter(([, each]) => each !== undefined));
}

function text(placeholder: string, summary: string): OptionSpec<string | undefined> {
  return value(placeholder, summary, (given) => given);
}

function parseOutcome(given: string, option: string): string {
  if (!outcomes.includes(given)) {
    throw new UsageError(`${option}: got '${given}', wanted one of ${outcomes.join(', ')}`);
  }
  return given;
}

/** A time, or how long ago it was: 12h, 7d, 2w. */
function parseAge(given: string, option: string): string {
  const [, count, unit] = /^([1-9][0-9]{0,3})([hdw])$/.exec(given) ?? [];
  if (count === undefined) {
    return parseTime(given, option);
  }
  const hours = { h: 1, d: 24, w: 7 * 24 }[unit as 'h' | 'd' | 'w'];
  return new Date(Date.now() - Number(count) * hours * 3_600_000).toISOString();
}

function parseTime(given: string, option: string): string {
  const time = /^[0-9]{4}-[0-9]{2}-[0-9]{2}/.test(given) ? new Date(given) : undefined;
  if (time === undefined || Number.isNaN(time.getTime())) {
    throw new UsageError(`${option}: got '${given}', wanted a date like 2026-11-30T12:00:00Z`);
  }
  return time.toISOString();
}
