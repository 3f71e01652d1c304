import { type Dump, sizeOfRanges } from '@vmcorekit/core';
import type { Toolkit, WritableKind } from '@vmcorekit/engine';
import { kindByName, kindForRepaired, pageSizes, writableKinds } from 'vmcorekit/writing';
import type { KindChoice, WritingChoices } from '../../protocol/writing-calls.ts';

/** What the forms of `convert` and `repair` offer for a dump. */
export function choicesOf(toolkit: Toolkit, { image }: Dump): WritingChoices {
  return {
    kinds: writableKinds(toolkit).map(choiceOf),
    converted: kindByName(toolkit, '')?.name ?? '',
    repaired: kindForRepaired(toolkit, image, '')?.name ?? '',
    compressions: ['zlib', 'none', 'lzo', 'snappy', 'zstd'],
    pageSizes,
    filters: toolkit.registry.all('pageFilters').map(({ name, summary }) => ({ name, summary })),
    memorySizeInBytes: sizeOfRanges(image.memory.ranges),
  };
}

function choiceOf(kind: WritableKind): KindChoice {
  return {
    name: kind.name,
    summary: kind.summary,
    ending: kind.endings[0] ?? '',
    limits: kind.limits ?? null,
    isCompressed: kind.compressesPages === true,
    canBeRepaired: kind.holdsMemoryAlone !== true,
  };
}
