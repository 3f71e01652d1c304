import { plural } from '@vmcorekit/core';
import type { Json, JsonObject } from '@vmcorekit/report';

/** The part of an answer's data that fits one answer. */
export interface DataPage {
  readonly data: Json;
  /** The list that is given in parts: its key (empty for the data itself), and which elements. */
  readonly items: {
    readonly key: string;
    readonly from: number;
    readonly to: number;
    readonly of: number;
  } | null;
  /** What was left out, a sentence each. */
  readonly omitted: readonly string[];
}

/**
 * The data from an element of its longest list on, in as many bytes as given. Data without a list
 * is given whole or not at all.
 */
export function dataPage(data: Json, from: number, maxBytes: number): DataPage {
  const list = longestList(data);
  if (list === null) {
    const size = sizeOf(data);
    return size <= maxBytes
      ? { data: from === 0 ? data : null, items: null, omitted: [] }
      : { data: null, items: null, omitted: [tooLarge('the data', size)] };
  }
  const omitted: string[] = [];
  const { key, items } = list;
  const others: JsonObject = {};
  let left = maxBytes;
  if (key !== null && from === 0) {
    for (const [name, value] of Object.entries(data as JsonObject)) {
      const size = name === key ? 0 : sizeOf(value) + name.length;
      if (size > left / 2) {
        omitted.push(tooLarge(name, size));
      } else if (name !== key) {
        Object.assign(others, { [name]: value });
        left -= size;
      }
    }
  }
  const some: Json[] = [];
  let to = from;
  for (; to < items.length; to++) {
    const item = items[to] ?? null;
    const size = sizeOf(item) + 1;
    if (size > left && to > from) {
      break;
    }
    if (size > left) {
      // Alone it is larger than an answer: the next one must not begin with it again.
      omitted.push(tooLarge(`element ${to} of ${key ?? 'the data'}`, size));
      some.push(null);
    } else {
      some.push(item);
    }
    left -= size;
  }
  return {
    data: key === null ? some : { ...others, [key]: some },
    items: { key: key ?? '', from, to, of: items.length },
    omitted,
  };
}

function longestList(
  data: Json,
): { readonly key: string | null; readonly items: readonly Json[] } | null {
  if (isList(data)) {
    return { key: null, items: data };
  }
  if (typeof data !== 'object' || data === null) {
    return null;
  }
  const lists = Object.entries(data).flatMap(([key, value]) =>
    isList(value) ? [{ key, items: value, size: sizeOf(value) }] : [],
  );
  return lists.toSorted((a, b) => b.size - a.size)[0] ?? null;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function sizeOf(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value));
}

function tooLarge(what: string, size: number): string {
  return `${what} was left out: it has ${plural(size, 'byte')}; ask for less, or read the lines`;
}
