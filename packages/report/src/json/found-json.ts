import { hexText } from '@vmcorekit/core';
import type { FoundAnswer } from '../text/found-report.ts';
import { filesJson } from './dump-json.ts';
import { addressJson, type JsonObject } from './json-line.ts';

/** The answer of `find`. docs/json.md describes it. */
export function foundJson({ dump, wanted, isVirtual, matches, hits }: FoundAnswer): JsonObject {
  return {
    schema: 1,
    ...filesJson(dump.files),
    space: isVirtual ? 'virtual' : 'physical',
    pattern: hexText(wanted.pattern.bytes),
    alignmentInBytes: wanted.pattern.alignmentInBytes,
    ignoresCase: wanted.pattern.orBytes !== undefined,
    hits: hits.map((hit) => ({
      physicalAddress: addressJson(hit.physicalAddress),
      virtualAddresses: hit.virtualAddresses?.map((address) => addressJson(address)) ?? null,
      ...(isVirtual ? { virtualAddress: addressJson(hit.address) } : {}),
      symbol:
        hit.symbol === null
          ? null
          : {
              name: hit.symbol.name,
              offsetInBytes: hit.symbol.offsetInBytes,
              sizeInBytes: hit.symbol.sizeInBytes,
              module: hit.symbol.module,
            },
      fileOffset: hit.fileOffset,
      context: {
        address: addressJson(hit.context.address),
        bytes: hexText(hit.context.bytes),
      },
    })),
    isLimited: matches.isLimited,
    isCut: matches.isCut,
    pagesUnsearched: { ...matches.unsearched },
  };
}
