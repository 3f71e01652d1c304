import type { Dump, ReadStatistics } from '@vmcorekit/core';
import type { DamageCount, Verification } from '@vmcorekit/engine';
import { conditionsJson, dumpJson } from './dump-json.ts';
import type { Json, JsonObject } from './json-line.ts';
import { transferJson } from './transfer-json.ts';

/** The answer of `verify`. docs/json.md describes it. */
export function verificationJson(
  dump: Dump,
  { isSound, pages, damage, digests }: Verification,
  { bytesRead, pagesRead, transfer }: ReadStatistics,
): JsonObject {
  return {
    ...dumpJson(dump),
    isSound,
    pages: { ...pages },
    notes: dump.image.notes.length,
    damage: damageJson(damage),
    digests: digests.map((digest) => ({ ...digest })),
    statistics: { bytesRead, pagesRead, ...transferJson(transfer) },
  };
}

export function damageJson(damage: readonly DamageCount[]): Json {
  return damage.map(({ name, count, first }) => ({ name, count, first: conditionsJson(first) }));
}
