import type { TranslationAnswer } from '../text/translation-report.ts';
import { filesJson } from './dump-json.ts';
import { addressJson, type JsonObject } from './json-line.ts';
import { rootJson } from './verdict-json.ts';

/** The answer of `translate`. docs/json.md describes it. */
export function translationJson({
  dump,
  virtualAddress,
  symbol,
  root,
  translation,
  pageState,
  byteState,
}: TranslationAnswer): JsonObject {
  return {
    schema: 1,
    ...filesJson(dump.files),
    virtualAddress: addressJson(virtualAddress),
    symbol:
      symbol === null
        ? null
        : {
            name: symbol.name,
            offsetInBytes: Number(virtualAddress - symbol.address),
            sizeInBytes: symbol.sizeInBytes,
            module: symbol.module,
          },
    physicalAddress: addressJson(translation.physicalAddress),
    mappingSizeInBytes: translation.isWritable === null ? null : translation.mappingSizeInBytes,
    isWritable: translation.isWritable,
    isExecutable: translation.isExecutable,
    isUser: translation.isUser,
    pageState,
    byteState,
    ...rootJson(root),
    entries: translation.entries.map(({ level, index, at, value, leadsTo }) => ({
      level,
      index,
      at: addressJson(at),
      value: addressJson(value),
      leadsTo: addressJson(leadsTo),
    })),
  };
}
