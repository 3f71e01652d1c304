import { hex } from '@vmcorekit/core';
import type { ErrorDescription } from '../describe-error.ts';
import { filesJson } from './dump-json.ts';
import type { Json, JsonObject } from './json-line.ts';

/**
 * The object in place of an answer: `error` with its code, its message and the facts that the
 * message was built from.
 */
export function errorJson(
  { code, message, facts }: ErrorDescription,
  files: readonly string[],
): JsonObject {
  return { schema: 1, ...filesJson(files), error: { ...factsJson(facts), code, message } };
}

/** Addresses become hexadecimal strings, like all addresses in JSON. */
function factsJson(facts: Readonly<Record<string, unknown>>): { [key: string]: Json } {
  return Object.fromEntries(
    Object.entries(facts).flatMap(([key, value]): [string, Json][] => {
      if (typeof value === 'bigint' || (typeof value === 'number' && /Address$|At$/.test(key))) {
        return [[key, hex(value)]];
      }
      if (Array.isArray(value)) {
        return [[key, value.map(String)]];
      }
      return typeof value === 'string' || typeof value === 'number' ? [[key, value]] : [];
    }),
  );
}
