import { type OutputUnit, Validator } from '@cfworker/json-schema';
import { VmcorekitError } from '@vmcorekit/core';
import { nearestName } from '@vmcorekit/core/nearest-name';
import type { Config } from './config.ts';
import { type ConfigFile, type KeyPath, keyText, type UncheckedFile } from './config-file.ts';
import { configSchema } from './schema.ts';

const longestShown = 60;

/**
 * Checks a file's contents against the schema. Throws `bad-config` with file, line, key, and the
 * nearest known name.
 */
export function validateConfig(file: UncheckedFile): ConfigFile {
  const { valid, errors } = new Validator(configSchema, '7', false).validate(file.config);
  if (valid) {
    return { ...file, config: file.config as Config };
  }
  const { path, because } = deepest(file.config, errors);
  throw new VmcorekitError('bad-config', {
    file: file.path,
    line: file.lineOf(path),
    key: keyText(path),
    because,
  });
}

interface Mistake {
  readonly path: KeyPath;
  readonly because: string;
}

/** Of all that the validator reports, from the outside in, the deepest is the actual mistake. */
function deepest(config: unknown, errors: readonly OutputUnit[]): Mistake {
  const mistakes = errors
    .filter(
      ({ keyword }) =>
        !['properties', 'items', '$ref', 'additionalProperties', 'additionalItems'].includes(
          keyword,
        ),
    )
    .map((unit) => ({ unit, path: pathOf(unit.instanceLocation) }));
  const first = mistakes.toSorted((a, b) => b.path.length - a.path.length)[0];
  return first === undefined
    ? { path: [], because: 'is not a configuration' }
    : {
        path: numbered(config, first.path),
        because: reasonOf(config, first.path, first.unit, errors),
      };
}

function reasonOf(
  config: unknown,
  path: readonly string[],
  unit: OutputUnit,
  all: readonly OutputUnit[],
): string {
  const { keyword, keywordLocation, error } = unit;
  if (keyword === 'false') {
    return unknownKey(path, all);
  }
  const schema = schemaAt(keywordLocation.slice(0, -keyword.length - 1));
  const value = path.reduce<unknown>(
    (inside, key) => (inside as Readonly<Record<string, unknown>>)[key],
    config,
  );
  switch (keyword) {
    case 'type':
      return `is ${typeText(value)}, wanted ${[schema.type].flat().join(' or ')}`;
    case 'enum': {
      const known = (schema.enum as readonly unknown[]).map(String);
      const near = nearestName(String(value), known);
      return `is ${shown(value)}, wanted ${known.join(' or ')}${near === undefined ? '' : `; did you mean '${near}'?`}`;
    }
    case 'pattern':
    case 'exclusiveMinimum':
    case 'minimum':
      return `is ${shown(value)}, wanted ${lowered(String(schema.description))}`;
    case 'required':
      return `lacks ${(schema.required as readonly string[]).join(', ')}`;
    case 'dependencies':
      return 'kaslrOffset needs physBase: only together do they say where a kernel lies';
    default:
      return error.replace(/\.$/, '');
  }
}

/**
 * The validator reports only where something is not allowed; the object around it shows what would
 * be.
 */
function unknownKey(path: readonly string[], all: readonly OutputUnit[]): string {
  const around = all.find(
    ({ keyword, instanceLocation }) =>
      keyword === 'additionalProperties' &&
      pathOf(instanceLocation).join('/') === path.slice(0, -1).join('/'),
  );
  if (around === undefined) {
    return 'is an unexpected item';
  }
  const { properties } = schemaAt(around.keywordLocation.replace(/\/additionalProperties$/, ''));
  const known = Object.keys(properties as object);
  const near = nearestName(path.at(-1) ?? '', known);
  return `there is no such key (${near === undefined ? `there are ${known.join(', ')}` : `did you mean '${near}'?`})`;
}

function lowered(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

function typeText(value: unknown): string {
  return value === null
    ? 'empty'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'a mapping'
        : shown(value);
}

/** A value as JSON. A file that is no configuration, such as a dump, is one long text. */
function shown(value: unknown): string {
  const text = value === undefined ? 'undefined' : JSON.stringify(value);
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}

function schemaAt(location: string): Readonly<Record<string, unknown>> {
  let schema: unknown = configSchema;
  for (const key of pathOf(location)) {
    const at = schema as Readonly<Record<string, unknown>>;
    schema = key === '$ref' ? schemaAt(String(at.$ref)) : at[key];
  }
  return schema as Readonly<Record<string, unknown>>;
}

/** The keys of a JSON pointer in a URI fragment. */
function pathOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A pointer's `0` may be the first item or a key called `0`; only the value itself shows which. */
function numbered(config: unknown, path: readonly string[]): KeyPath {
  let inside = config;
  return path.map((key) => {
    const isIndex = Array.isArray(inside);
    inside = (inside as Readonly<Record<string, unknown>>)[key];
    return isIndex ? Number(key) : key;
  });
}
