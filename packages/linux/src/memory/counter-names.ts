import { type Kernel, tryRead } from '@vmcorekit/core';
import { knownText } from '../reading/known-text.ts';
import { maxCounters, readWords } from './longs.ts';

const maxNameInBytes = 64;

/**
 * How many there are of each kind. `between` are values that are computed when they are shown. Null
 * where the enumeration is not known, as where its page of BTF is lost.
 */
export interface CounterLengths {
  readonly zone: number | null;
  readonly numa: number | null;
  readonly node: number | null;
  readonly between: number | null;
  readonly events: number | null;
}

/**
 * The place of the first name of each kind in `vmstat_text`. Null after a kind whose length is not
 * known: the next name might be that of any counter. `known` is the end of what is known.
 */
export function startsOf({ zone, numa, node, between }: CounterLengths): {
  readonly numa: number | null;
  readonly node: number | null;
  readonly events: number | null;
  readonly known: number;
} {
  const ofNuma = zone;
  const ofNode = plus(ofNuma, numa);
  const afterNode = plus(ofNode, node);
  const events = plus(afterNode, between);
  const known = events ?? afterNode ?? ofNode ?? ofNuma ?? 0;
  return { numa: ofNuma, node: ofNode, events, known };
}

function plus(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}

export function lengthsOf({ types }: Pick<Kernel, 'types'>): CounterLengths {
  const length = (enumeration: string, ...names: readonly string[]) => {
    const values = types.enumeration(enumeration);
    const name = names.find((each) => values?.has(each));
    const count = name === undefined ? -1 : Number(values?.get(name) ?? -1n);
    return count >= 0 && count <= maxCounters ? count : null;
  };
  return {
    zone: length('zone_stat_item', 'NR_VM_ZONE_STAT_ITEMS'),
    numa: length('numa_stat_item', 'NR_VM_NUMA_EVENT_ITEMS', 'NR_VM_NUMA_STAT_ITEMS'),
    node: length('node_stat_item', 'NR_VM_NODE_STAT_ITEMS'),
    between:
      length('vm_stat_item', 'NR_VM_STAT_ITEMS') ??
      length('writeback_stat_item', 'NR_VM_WRITEBACK_STAT_ITEMS'),
    events: length('vm_event_item', 'NR_VM_EVENT_ITEMS'),
  };
}

/** The kernel's own names, of which the first one that cannot be read ends the list. */
export function namesOf({ symbols, memory }: Kernel, count: number): string[] {
  const at = symbols.find('vmstat_text')?.address;
  const pointers = at === undefined ? undefined : tryRead(() => readWords(memory, at, count));
  const names: string[] = [];
  for (const pointer of pointers ?? []) {
    const name = knownText(memory, pointer, maxNameInBytes);
    if (name === undefined || !/^\w+$/.test(name)) {
      break;
    }
    names.push(name);
  }
  return names;
}
