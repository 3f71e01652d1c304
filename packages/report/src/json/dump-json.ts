import type { Damage, Dump } from '@vmcorekit/core';
import type { Json, JsonObject } from './json-line.ts';

/** `file` is the first. `files` has all, if a split dump was joined from several. */
export function filesJson(files: readonly string[]): {
  readonly file?: string;
  readonly files?: readonly string[];
} {
  const [file] = files;
  return { ...(file === undefined ? {} : { file }), ...(files.length > 1 ? { files } : {}) };
}

/** Named only where there are several: the innermost alone is `container`. */
export function containersJson(containers: readonly string[]): JsonObject {
  return containers.length > 1 ? { containers } : {};
}

/** How every answer about one dump begins. */
export function dumpJson(dump: Dump): JsonObject {
  return {
    schema: 1,
    ...filesJson(dump.files),
    ...(dump.filesBeside.length === 0 ? {} : { filesBeside: dump.filesBeside }),
    format: dump.image.format,
    container: dump.container,
    ...containersJson(dump.containers),
    architecture: dump.architecture?.name ?? dump.image.architecture,
    pageSizeInBytes: dump.image.memory.pageSizeInBytes,
  };
}

/** What is wrong with a file. Each condition has its place, if it has one. */
export function conditionsJson(conditions: readonly Damage[]): Json {
  return conditions.map(({ name, detail, fileOffset, pfn }) => ({
    name,
    detail,
    ...(fileOffset === undefined ? {} : { fileOffset }),
    ...(pfn === undefined ? {} : { pfn }),
  }));
}
