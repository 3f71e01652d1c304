import type { OptionSpec, OptionSpecs } from '@vmcorekit/core';
import type { Json } from './json-line.ts';

/** The options of a plug-in's contribution, as data. */
export function optionsJson(specs: OptionSpecs): Json {
  return Object.entries(specs).map(optionJson);
}

function optionJson([name, { type, summary, default: initial, minimum, maximum, choices }]: [string, OptionSpec]): Json {
  return {
    name,
    type,
    summary,
    default: typeof initial === 'bigint' ? `0x${initial.toString(16)}` : initial,
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(choices === undefined ? {} : { choices }),
  };
}
