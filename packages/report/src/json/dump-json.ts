import type { Damage, Dump } from '@vmcorekit/core';
import { filesJson } from './files-json.ts';
import type { Json } from './json-line.ts';

/** How every answer about one dump begins. */
export function dumpJson(dump: Dump): { readonly [key: string]: Json } {
  return {
    schema: 1,
    ...filesJson(dump.files),
    format: dump.image.format,
    container: dump.container,
    architecture: dump.architecture?.name ?? dump.image.architecture,
    pageSizeInBytes: dump.image.memory.pageSizeInBytes,
  };
}

export function conditionsJson(conditions: readonly Damage[]): Json {
  return conditions.map(({ name, detail, fileOffset, pfn }) => ({
    name,
    detail,
    ...(fileOffset === undefined ? {} : { fileOffset }),
    ...(pfn === undefined ? {} : { pfn }),
  }));
}
