import { hex } from '@vmcorekit/core';

/** Anything JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** An object of JSON, as most answers are. */
export type JsonObject = { readonly [key: string]: Json };

/**
 * One object on one line. Characters that could steer a terminal (C1 controls, bidirectional
 * overrides) are escaped as JSON allows, so the line is safe to look at.
 */
export function jsonLine(value: Json): string {
  const text = JSON.stringify(value).replace(
    /[\x7f-\x9f\p{Cf}\p{Co}\p{Cn}\u2028\u2029]/gu,
    (character) =>
      Array.from(
        { length: character.length },
        (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
      ).join(''),
  );
  return `${text}\n`;
}

/**
 * Anything that a plug-in made, as JSON. A bigint becomes a hexadecimal string, like an address.
 * What has no form in JSON becomes null.
 */
export function plainJson(data: unknown): Json {
  const text = JSON.stringify(data, (_key, value: unknown) =>
    typeof value === 'bigint' ? hex(value) : value,
  );
  return text === undefined ? null : (JSON.parse(text) as Json);
}

/**
 * An address as JSON shows it: a hexadecimal string. A JSON number would lose the low bits of a
 * virtual address.
 */
export function addressJson(address: number | bigint | null | undefined): string | null {
  return address == null ? null : hex(address);
}
