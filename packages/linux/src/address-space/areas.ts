import { hex, type Kernel, type Progress, plural, type VirtualAddress } from '@vmcorekit/core';
import { WalkNotes } from '../containers/walk.ts';
import { pageSizeOf } from '../page-size.ts';
import { perKernel } from '../per-kernel.ts';
import { optional, pointer, wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { withoutTypes } from '../reading/without-types.ts';
import { type AreaFile, areaFileAt } from './area-file.ts';
import { areaNameOf, givenNameOf } from './area-name.ts';
import { areaAddresses } from './area-tree.ts';
import {
  knowsDescriptors,
  type MemoryDescriptor,
  memoryDescriptorAt,
} from './memory-descriptor.ts';

const areasPerStep = 256;

/** A virtual memory area of a process. */
export interface Area {
  /** Of its `vm_area_struct`. */
  readonly address: VirtualAddress;
  readonly start: VirtualAddress;
  /** Exclusive. */
  readonly end: VirtualAddress;
  /** VM_READ and so on. */
  readonly flags: bigint;
  /** The part of the file where it begins, in pages; without a file of no use. */
  readonly pageOffset: bigint;
  readonly file: AreaFile | null;
  /** `[heap]` and so on, of an area without a file; null for none. */
  readonly name: string | null;
}

/** An address space. */
export interface Areas {
  readonly descriptor: MemoryDescriptor;
  /** Ascending. */
  readonly areas: readonly Area[];
  /** What could not be read, and what does not agree, a sentence each. */
  readonly remarks: readonly string[];
}

const areaReaderOf = perKernel((kernel: Kernel) =>
  knownReader(kernel, 'vm_area_struct', {
    start: pointer('vm_start'),
    end: pointer('vm_end'),
    mm: pointer('vm_mm'),
    flags: wide('vm_flags'),
    pageOffset: wide('vm_pgoff'),
    file: pointer('vm_file'),
    operations: pointer('vm_ops'),
    privateData: pointer('vm_private_data'),
    givenName: optional(pointer('anon_name')),
  }),
);

/**
 * Whether areas with a file may have a name of the program's. Before Linux 6.2 it shares its place
 * with what links areas of a file. Source: Linux 6.1, include/linux/mm_types.h (anon_vma_name).
 */
const namesFiles = perKernel(({ types }: Kernel) => {
  const struct = types.struct('vm_area_struct');
  const [name, shared] = [struct?.member('anon_name'), struct?.member('shared')];
  return (
    name !== undefined &&
    (shared === undefined ||
      name.offsetInBytes < shared.offsetInBytes ||
      name.offsetInBytes >= shared.offsetInBytes + (shared.sizeInBytes ?? 0))
  );
});

/**
 * The areas of an address space: `mm` is of the `mm_struct` in `task_struct.mm`. An area belongs to
 * it if it points back and begins after the one before. A sentence where none can be found.
 */
export function* areasOf(
  kernel: Kernel,
  mm: VirtualAddress,
): Generator<Progress, Areas | string, void> {
  const reader = areaReaderOf(kernel);
  if (!knowsDescriptors(kernel) || reader === undefined) {
    return withoutTypes(kernel, 'struct mm_struct and vm_area_struct');
  }
  const descriptor = memoryDescriptorAt(kernel, mm);
  if (descriptor === undefined) {
    return `its mm_struct at ${hex(mm)} cannot be read`;
  }
  const notes = new WalkNotes();
  const areas: Area[] = [];
  const wrong: string[] = [];
  const files = new Map<VirtualAddress, AreaFile>();
  for (const address of areaAddresses(kernel, mm, notes)) {
    const values = reader.tryRead(address);
    const because =
      values === undefined
        ? 'cannot be read'
        : values.mm !== mm
          ? `belongs to the mm_struct ${hex(values.mm)}`
          : values.end <= values.start || values.start < (areas.at(-1)?.end ?? 0n)
            ? `has the range ${hex(values.start)} to ${hex(values.end)}`
            : undefined;
    if (values === undefined || because !== undefined) {
      wrong.push(`the area at ${hex(address)} ${because}`);
      continue;
    }
    const { start, end, flags, pageOffset } = values;
    let file = values.file === 0n ? null : (files.get(values.file) ?? null);
    if (file === null && values.file !== 0n) {
      file = areaFileAt(kernel, values.file);
      files.set(values.file, file);
    }
    const given =
      file === null || !namesFiles(kernel) ? undefined : givenNameOf(kernel, values.givenName);
    areas.push({
      ...{ address, start, end, flags, pageOffset, file },
      name:
        file === null
          ? areaNameOf(kernel, values, descriptor)
          : given === undefined
            ? null
            : `[anon_shmem:${given}]`,
    });
    if (areas.length % areasPerStep === 0) {
      yield { kind: 'progress', doing: 'reading the memory areas', fraction: null };
    }
  }
  return {
    descriptor,
    areas,
    remarks: [...few(wrong), ...notes.remarks(), ...disagreements(kernel, descriptor, areas)],
  };
}

function few(wrong: readonly string[]): string[] {
  const kept = 8;
  return wrong.length <= kept
    ? [...wrong]
    : [...wrong.slice(0, kept), `${plural(wrong.length - kept, 'more area')} like these`];
}

/** The kernel counts areas and pages, too. */
function disagreements(
  kernel: Kernel,
  { count, pages }: MemoryDescriptor,
  areas: readonly Area[],
): string[] {
  const pageSize = BigInt(pageSizeOf(kernel));
  const found = areas.reduce((sum, { start, end }) => sum + (end - start) / pageSize, 0n);
  return [
    ...(count === areas.length
      ? []
      : [`the kernel counts ${plural(count, 'area')}, and ${areas.length} were found`]),
    ...(pages === found ? [] : [`the kernel counts ${pages} pages, and the areas have ${found}`]),
  ];
}
