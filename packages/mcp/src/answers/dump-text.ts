import { printable } from '@vmcorekit/core';
import type { Json } from '@vmcorekit/report';

/** How every line begins that this server writes itself, around text out of a dump. */
export const mark = '[vmcorekit';

const forgedMark = /\[(?=vmcorekit)/gi;

/**
 * Text out of a dump, made safe to show a model. Control characters, bidirectional overrides and
 * line ends are escaped, as in `printable`. So is what looks like this server's own marks.
 */
export function dumpText(text: string): string {
  return printable(text).replace(forgedMark, '\\x5b');
}

/** The same for all texts and keys in JSON. */
export function dumpJson(json: Json): Json {
  if (typeof json === 'string') {
    return dumpText(json);
  }
  if (typeof json !== 'object' || json === null) {
    return json;
  }
  return Array.isArray(json)
    ? json.map((each) => dumpJson(each))
    : Object.fromEntries(
        Object.entries(json).map(([key, value]) => [dumpText(key), dumpJson(value)]),
      );
}
