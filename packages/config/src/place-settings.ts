import { parseAddress, parsePhysicalAddress, parseSize, VmcorekitError } from '@vmcorekit/core';
import type { Rule, Size } from './config.ts';

/** The numbers by which rules name a kernel, each on its own machines. */
export const namingSettings = ['physBase', 'imageOffset', 'textAt'] as const;

/** The numbers that say where a kernel lies, in the library's units. */
export interface PlaceSettings {
  readonly physBase?: number;
  readonly kaslrOffset?: number;
  readonly imageOffset?: bigint;
  readonly textAt?: number;
}

/** How each number of a rule is read. Each reader throws `usage`. */
export const placeReaders: {
  readonly [Name in keyof PlaceSettings]-?: (
    value: Size,
    name: string,
  ) => NonNullable<PlaceSettings[Name]>;
} = {
  physBase: (value, name) => parseSize(String(value), name),
  kaslrOffset: (value, name) => parseSize(String(value), name),
  imageOffset: (value, name) => parseAddress(exactText(value, name), name),
  textAt: (value, name) => parsePhysicalAddress(exactText(value, name), name),
};

/** Throws `usage`. */
export function placeSettingsOf(rule: Rule): PlaceSettings {
  return Object.fromEntries(
    (Object.keys(placeReaders) as (keyof PlaceSettings)[]).flatMap((name) => {
      const value = rule[name];
      return value === undefined ? [] : [[name, placeReaders[name](value, name)]];
    }),
  );
}

/** A configuration's reader rounds large numbers, so they are text. */
function exactText(value: Size, name: string): string {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new VmcorekitError('usage', {
      what: name,
      got: String(value),
      allowed: 'so large a number in quotes, like "0xffffd61b5a800000"',
    });
  }
  return String(value);
}
