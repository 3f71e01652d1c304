import { type Dump, type FileChange, hexText } from '@vmcorekit/core';
import type { RepairSummary } from '../text/repair-report.ts';
import { dumpJson } from './dump-json.ts';
import { addressJson, type Json, type JsonObject } from './json-line.ts';

/** The part of the answer of `repair` that new files and changed ones share. See docs/json.md. */
export function planJson(
  dump: Dump,
  { confidence, contradictions, description, facts: stated, ...headers }: RepairSummary,
): JsonObject {
  const { machine, pageSizeInBytes } = headers;
  return {
    ...dumpJson(dump),
    confidence,
    contradictions: [...contradictions],
    physBase: description?.kernel.physBase ?? null,
    kaslrOffset: description?.kernel.kaslrOffset ?? null,
    textVirtualAddress: addressJson(description?.kernel.textVirtualAddress ?? null),
    machine: machine === null ? null : { ...machine },
    newPageSizeInBytes: pageSizeInBytes,
    utsname: { ...stated.utsname },
    timestamp: stated.timestampInSeconds ?? null,
    vmcoreinfo:
      description === null
        ? null
        : { from: description.vmcoreinfo.from, text: description.vmcoreinfo.text },
  };
}

/** The exact bytes of a repair in place. */
export function changesJson(changes: readonly FileChange[]): Json {
  return changes.map(({ fileOffset, what, before, after }) => ({
    fileOffset,
    what,
    before: hexText(before),
    after: hexText(after),
  }));
}
