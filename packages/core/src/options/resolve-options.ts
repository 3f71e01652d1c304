import { VmcorekitError } from '../errors.ts';
import type { OptionSpec, OptionSpecs, Options, OptionValue } from '../option.ts';
import { parseAddress, parseSize } from './parse-quantity.ts';

/**
 * A plug-in's options: the given values, checked against the specs, and defaults for the rest. Text
 * is parsed by the option's type (`32 MiB` for a size). Throws `unknown-name` for an unknown
 * option, and `usage` for a value that is not allowed.
 */
export function resolveOptions(
  owner: string,
  specs: OptionSpecs,
  given: Readonly<Record<string, OptionValue>>,
): Options {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(specs, name)) {
      throw new VmcorekitError('unknown-name', {
        kind: `option of ${owner}`,
        name,
        known: Object.keys(specs),
      });
    }
  }
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => {
      const value = given[name];
      return [name, value === undefined ? spec.default : checked(`${owner}.${name}`, spec, value)];
    }),
  );
}

function checked(what: string, spec: OptionSpec, given: OptionValue): OptionValue {
  const value = typeof given === 'string' ? read(what, spec, given) : given;
  const type =
    spec.type === 'boolean'
      ? 'boolean'
      : spec.type === 'address'
        ? 'bigint'
        : isNumeric(spec)
          ? 'number'
          : 'string';
  const isInRange =
    typeof value !== 'number' ||
    (Number.isSafeInteger(value) &&
      value >= (spec.minimum ?? -Infinity) &&
      value <= (spec.maximum ?? Infinity));
  const isChoice = spec.choices === undefined || spec.choices.includes(String(value));
  if (typeof value !== type || !isInRange || !isChoice) {
    throw new VmcorekitError('usage', { what, got: String(given), allowed: allowed(spec) });
  }
  return value;
}

function read(what: string, spec: OptionSpec, text: string): OptionValue {
  switch (spec.type) {
    case 'size':
      return parseSize(text, what);
    case 'integer':
      return /^-?[0-9]{1,16}$/.test(text) ? Number(text) : text;
    case 'address':
      return parseAddress(text, what);
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    default:
      return text;
  }
}

function isNumeric(spec: OptionSpec): boolean {
  return spec.type === 'size' || spec.type === 'integer';
}

function allowed(spec: OptionSpec): string {
  if (spec.choices !== undefined) {
    return spec.choices.join(', ');
  }
  const bounds = [
    ...(spec.minimum === undefined ? [] : [`from ${spec.minimum}`]),
    ...(spec.maximum === undefined ? [] : [`up to ${spec.maximum}`]),
  ];
  return [`${/^[aeiou]/.test(spec.type) ? 'an' : 'a'} ${spec.type}`, ...bounds].join(' ');
}
