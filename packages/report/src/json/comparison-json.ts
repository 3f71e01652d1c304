import type { Dump } from '@vmcorekit/core';
import type { Comparison } from '@vmcorekit/engine';
import { conditionsJson, containersJson, filesJson } from './dump-json.ts';
import { addressJson, type JsonObject } from './json-line.ts';

/** The answer of `compare`. docs/json.md describes it. */
export function comparisonJson(
  dumps: readonly [Dump, Dump],
  { isEqual, memory, notes, cpus }: Comparison,
): JsonObject {
  return {
    schema: 1,
    dumps: dumps.map((dump, index) => ({
      ...filesJson(dump.files),
      format: dump.image.format,
      container: dump.container,
      ...containersJson(dump.containers),
      unknownPages: { ...memory.unknownIn[index] },
      onlyHere: (notes.onlyIn[index] ?? []).map(({ name, type, descriptor }) => ({
        name,
        type,
        sizeInBytes: descriptor.length,
      })),
      cpusOnlyHere: cpus.onlyIn[index] ?? 0,
      conditions: conditionsJson(dump.damage),
    })),
    isEqual,
    pageSizeInBytes: memory.pageSizeInBytes,
    pages: {
      equal: memory.pagesEqual,
      different: memory.pagesDifferent,
      unknown: memory.pagesUnknown,
    },
    differences: memory.differences.map(({ physicalAddress, bytes }) => ({
      physicalAddress: addressJson(physicalAddress),
      bytes: [...bytes],
    })),
    unknowns: memory.unknowns.map(({ physicalAddress, states }) => ({
      physicalAddress: addressJson(physicalAddress),
      states: [...states],
    })),
    notesEqual: notes.count,
  };
}
