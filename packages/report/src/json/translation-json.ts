import type { TranslationAnswer } from '../report/translation-report.ts';
import { addressJson } from './address-json.ts';
import { filesJson } from './files-json.ts';
import type { Json } from './json-line.ts';

/** The answer of `translate`. docs/json.md describes it. */
export function translationJson({ dump, virtualAddress, root, translation, pageState }: TranslationAnswer): {
  readonly [key: string]: Json;
} {
  return {
    schema: 1,
    ...filesJson(dump.files),
    virtualAddress: addressJson(virtualAddress),
    physicalAddress: addressJson(translation.physicalAddress),
    mappingSizeInBytes: translation.mappingSizeInBytes,
    isWritable: translation.isWritable,
    isExecutable: translation.isExecutable,
    isUser: translation.isUser,
    pageState,
    pageTableRoot: addressJson(root.pageTableRoot),
    pagingLevels: root.levels,
    entries: translation.entries.map(({ at, value }) => ({ at: addressJson(at), value: addressJson(value) })),
  };
}
