import {
  type OptionSpec,
  type OptionSpecs,
  type OptionValue,
  VmcorekitError,
} from '@vmcorekit/core';
import type { Json } from '@vmcorekit/report';
import type { Given, Inputs } from './tool.ts';

const typeOf: Readonly<Record<Exclude<OptionSpec['type'], 'file'>, Json>> = {
  boolean: 'boolean',
  integer: 'integer',
  size: ['integer', 'string'],
  address: 'string',
  string: 'string',
};

/**
 * The options of a plug-in as a JSON Schema: its own specs, so that no second list exists. Options
 * that name a file are left out, because a client must not choose what is opened.
 */
export function inputsOf(specs: OptionSpecs): Inputs {
  const properties: Record<string, Json> = {};
  const required: string[] = [];
  for (const [name, spec] of Object.entries(specs)) {
    const { type, summary, choices, minimum, maximum } = spec;
    if (type === 'file') {
      continue;
    }
    properties[name] = {
      type: typeOf[type],
      description: summary,
      ...(choices === undefined ? {} : { enum: [...choices] }),
      ...(minimum === undefined ? {} : { minimum }),
      ...(maximum === undefined ? {} : { maximum }),
      ...(isNeeded(spec) || spec.default === null || typeof spec.default === 'bigint'
        ? {}
        : { default: spec.default }),
    };
    if (isNeeded(spec)) {
      required.push(name);
    }
  }
  return { properties, required };
}

/**
 * The arguments of a client as values of options; the plug-in's own check reads them. Throws
 * `usage` for a list or an object, for a file, and where one that is needed is missing.
 */
export function optionsOf(
  owner: string,
  specs: OptionSpecs,
  given: Given,
): Record<string, OptionValue> {
  const values: Record<string, OptionValue> = {};
  for (const [name, value] of Object.entries(given)) {
    const what = `${owner}.${name}`;
    if (value === null || value === undefined) {
      continue;
    }
    if (specs[name]?.type === 'file') {
      const allowed = 'no file: this server opens only the dumps of its command line';
      throw new VmcorekitError('usage', { what, got: JSON.stringify(value), allowed });
    }
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      const allowed = 'a text, a number, true or false';
      throw new VmcorekitError('usage', { what, got: JSON.stringify(value), allowed });
    }
    values[name] = value;
  }
  for (const [name, spec] of Object.entries(specs)) {
    if (isNeeded(spec) && (values[name] ?? '') === '') {
      const what = `${owner}.${name}`;
      throw new VmcorekitError('usage', { what, got: '', allowed: spec.summary });
    }
  }
  return values;
}

/** An analyzer gives an option no text where it cannot work without one. */
function isNeeded(spec: OptionSpec): boolean {
  return spec.default === '';
}
