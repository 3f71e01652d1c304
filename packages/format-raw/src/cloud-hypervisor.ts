import {
  type ByteSource,
  type Damage,
  type MemoryLayout,
  type PhysicalRange,
  readExactly,
  utf8Text,
} from '@vmcorekit/core';
import { layoutOfRanges } from './layouts.ts';

/** The names of a snapshot's files. Source: Cloud Hypervisor, docs/snapshot_restore.md. */
export const memoryFileName = 'memory-ranges';
export const stateFileName = 'state.json';
/** A state of hundreds of devices has a few MiB. */
const maxStateInBytes: number = 64 * 1024 * 1024;
/** Parts of the state are JSON in strings of JSON. */
const maxDepth = 16;
/** Memory zones and hotplug slots; machines have a few. */
const maxRanges = 4096;

/** Whether a file is called as Cloud Hypervisor calls the memory of a snapshot. */
export function isSnapshotMemory(name: string): boolean {
  return name.split(/[/\\]/).at(-1) === memoryFileName;
}

/** What a snapshot's state says of its memory; or why it says nothing. */
export type SnapshotLayout = { readonly layout: MemoryLayout } | { readonly damage: Damage };

/**
 * The layout of a snapshot's memory: the ranges in the state of its memory manager, which follow
 * each other in the file. Source: Cloud Hypervisor, vmm/src/memory_manager.rs
 * (`MemoryManagerSnapshotData`), vm-migration/src/protocol.rs (`MemoryRangeTable`).
 */
export function layoutBySnapshot(state: ByteSource, sizeInBytes: number): SnapshotLayout {
  const refused = (why: string): SnapshotLayout => ({
    damage: { name: 'companion-misfit', detail: `${stateFileName} ${why}`, loses: 'nothing' },
  });
  if (state.sizeInBytes > maxStateInBytes) {
    return refused(`has ${state.sizeInBytes} bytes, at most ${maxStateInBytes} are read`);
  }
  const text = utf8Text(readExactly(state, 0, state.sizeInBytes, stateFileName));
  const ranges = rangesIn(parsed(text), 0);
  if (ranges === undefined) {
    return refused('has no list of memory ranges');
  }
  const listed = ranges.reduce((sum, { start, end }) => sum + (end - start), 0);
  const isAscending = ranges.every(
    ({ start }, index) => index === 0 || start >= (ranges[index - 1]?.end ?? 0),
  );
  return listed !== sizeInBytes || !isAscending
    ? refused(`lists ${listed} bytes of memory, the file has ${sizeInBytes}`)
    : {
        layout: layoutOfRanges(
          ranges,
          sizeInBytes,
          `${stateFileName} beside it lists these ranges`,
        ),
      };
}

function rangesIn(value: unknown, depth: number): PhysicalRange[] | undefined {
  if (depth > maxDepth) {
    return undefined;
  }
  if (typeof value === 'string') {
    return value.includes('"memory_ranges"') ? rangesIn(parsed(value), depth + 1) : undefined;
  }
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  if ('memory_ranges' in value) {
    return rangesOf(value.memory_ranges);
  }
  for (const inner of Object.values(value) as unknown[]) {
    const ranges = rangesIn(inner, depth + 1);
    if (ranges !== undefined) {
      return ranges;
    }
  }
  return undefined;
}

/** Undefined for what is no list of ranges. */
function rangesOf(table: unknown): PhysicalRange[] | undefined {
  const data = typeof table === 'object' && table !== null && 'data' in table ? table.data : null;
  if (!Array.isArray(data) || data.length === 0 || data.length > maxRanges) {
    return undefined;
  }
  const ranges = (data as unknown[]).flatMap((entry): PhysicalRange[] => {
    const { gpa, length } = (entry ?? {}) as { readonly gpa?: unknown; readonly length?: unknown };
    return isSize(gpa) && isSize(length) && length > 0 && Number.isSafeInteger(gpa + length)
      ? [{ start: gpa, end: gpa + length }]
      : [];
  });
  return ranges.length === data.length ? ranges : undefined;
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
