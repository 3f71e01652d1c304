import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { place, pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { knownText } from '../reading/known-text.ts';
import { symbolNameAt } from '../reading/symbol-name.ts';
import type { MemoryDescriptor } from './memory-descriptor.ts';

/** No special mapping has a longer name, and a program's own names have at most 80 bytes. */
const maxNameInBytes = 256;

/** What decides the name of an area without a file. */
export interface NamedArea {
  readonly start: VirtualAddress;
  readonly end: VirtualAddress;
  readonly operations: VirtualAddress;
  readonly privateData: VirtualAddress;
  /** A name that the program gave it; 0 for none. */
  readonly givenName: VirtualAddress | null;
}

const readersOf = perKernel((kernel: Kernel) => ({
  operations: knownReader(kernel, 'vm_operations_struct', { name: pointer('name') }),
  special: knownReader(kernel, 'vm_special_mapping', { name: pointer('name') }),
  given: knownReader(kernel, 'anon_vma_name', { name: place('name') }),
}));

/**
 * What `/proc/PID/maps` calls an area that maps no file: `[heap]`, `[stack]`. Null for one
 * without a name. Source: Linux, fs/proc/task_mmu.c (get_vma_name).
 */
export function areaNameOf(
  kernel: Kernel,
  area: NamedArea,
  { startOfHeap, endOfHeap, startOfStack }: MemoryDescriptor,
): string | null {
  const special = specialNameOf(kernel, area);
  if (special !== undefined) {
    return special;
  }
  if (area.start < endOfHeap && area.end > startOfHeap) {
    return '[heap]';
  }
  if (area.start <= startOfStack && area.end >= startOfStack) {
    return '[stack]';
  }
  const given = givenNameOf(kernel, area.givenName);
  return given === undefined ? null : `[anon:${given}]`;
}

/** The name that a program gave an area, with `prctl`; undefined for none. */
export function givenNameOf(kernel: Kernel, at: VirtualAddress | null): string | undefined {
  const name = at === null || at === 0n ? undefined : readersOf(kernel).given?.tryRead(at)?.name;
  return name === undefined ? undefined : textAt(kernel, name);
}

function specialNameOf(kernel: Kernel, { operations: at, privateData }: NamedArea) {
  const { operations, special } = readersOf(kernel);
  const naming = at === 0n ? undefined : operations?.tryRead(at)?.name;
  if (naming === undefined || naming === 0n) {
    return undefined;
  }
  const name =
    symbolNameAt(kernel, naming) === 'special_mapping_name'
      ? special?.tryRead(privateData)?.name
      : undefined;
  return name === undefined ? undefined : textAt(kernel, name);
}

function textAt({ memory }: Kernel, at: VirtualAddress): string | undefined {
  return knownText(memory, at, maxNameInBytes);
}
