import type { Json } from '../json/json-line.ts';

/** One answer in several forms, by media type. A notebook shows the richest that it can. */
export interface MimeBundle {
  readonly 'text/plain': string;
  readonly 'text/html': string;
  readonly 'image/svg+xml'?: string;
  readonly 'application/json'?: Json;
}

/**
 * The method by which Deno's Jupyter kernel and others ask a value how to show it. Source: Deno's
 * documentation, `Deno.jupyter.$display`.
 */
export const display: unique symbol = Symbol.for('Jupyter.display');

/** What a notebook can show. */
export interface Displayable {
  readonly [display]: () => MimeBundle;
}

/**
 * A copy that shows itself in a notebook. The method is not enumerable, so copies and comparisons
 * do not see it.
 */
export function displayable<Value extends object>(
  value: Value,
  bundle: () => MimeBundle,
): Value & Displayable {
  const copy = Object.create(
    Object.getPrototypeOf(value) as object,
    Object.getOwnPropertyDescriptors(value),
  ) as object;
  Object.defineProperty(copy, display, { value: bundle, enumerable: false });
  return copy as Value & Displayable;
}
