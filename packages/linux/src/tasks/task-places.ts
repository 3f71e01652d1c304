import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { utf8Text } from '@vmcorekit/core';
import { type FilePath, pathOf, pathPlaceAt } from '../files/path-of.ts';
import { perKernel } from '../per-kernel.ts';
import { place, pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import type { LinuxTask } from './linux-task.ts';

/** Where a task is among the files and groups. Null for what it has not, or what is not proved. */
export interface TaskPlaces {
  readonly executable: FilePath | null;
  readonly workingFolder: FilePath | null;
  readonly root: FilePath | null;
  /** Its path in the second version of cgroups. */
  readonly cgroup: string | null;
}

const maxCgroupDepth = 256;
const maxNameInBytes = 255;

const readersOf = perKernel((kernel: Kernel) => ({
  task: knownReader(kernel, 'task_struct', { fs: pointer('fs') }),
  grouped: knownReader(kernel, 'task_struct', { groups: pointer('cgroups') }),
  fs: knownReader(kernel, 'fs_struct', { root: place('root'), pwd: place('pwd') }),
  mm: knownReader(kernel, 'mm_struct', { file: pointer('exe_file') }),
  file: knownReader(kernel, 'file', { path: place('f_path') }),
  set: knownReader(kernel, 'css_set', { group: pointer('dfl_cgrp') }),
  group: knownReader(kernel, 'cgroup', { node: pointer('kn') }),
  // Renamed in Linux 6.15.
  node: knownReader(kernel, 'kernfs_node', {
    name: pointer('name'),
    parent: pointer('parent', '__parent'),
  }),
}));

export function placesOf(kernel: Kernel, { address, values, kernelThread }: LinuxTask): TaskPlaces {
  const readers = readersOf(kernel);
  const pathAt = (at: VirtualAddress | undefined): FilePath | null => {
    const found = at === undefined ? undefined : pathPlaceAt(kernel, at);
    return (found === undefined ? undefined : pathOf(kernel, found)) ?? null;
  };
  const fs = pointee(readers.task?.tryRead(address)?.fs, readers.fs);
  const file = kernelThread
    ? undefined
    : pointee(pointee(values.mm, readers.mm)?.file, readers.file);
  return {
    executable: pathAt(file?.path),
    workingFolder: pathAt(fs?.pwd),
    root: pathAt(fs?.root),
    cgroup: cgroupOf(kernel, address),
  };
}

/** Source: Linux, kernel/cgroup/cgroup.c (cgroup_path_ns), fs/kernfs/dir.c. */
function cgroupOf(kernel: Kernel, task: VirtualAddress): string | null {
  const { grouped, set, group, node } = readersOf(kernel);
  const names: string[] = [];
  let at = pointee(pointee(grouped?.tryRead(task)?.groups, set)?.group, group)?.node;
  for (let depth = 0; depth < maxCgroupDepth; depth++) {
    const values = pointee(at, node);
    if (values === undefined) {
      return null;
    }
    if (values.parent === 0n) {
      return `/${names.toReversed().join('/')}`;
    }
    const name = nameAt(kernel, values.name);
    if (name === undefined) {
      return null;
    }
    names.push(name);
    at = values.parent;
  }
  return null;
}

function nameAt({ memory }: Kernel, at: VirtualAddress): string | undefined {
  // A name may end just before a page that is not in the dump.
  const inPage = 4096 - Number(at % 4096n);
  const bytes =
    memory.tryRead(at, maxNameInBytes + 1) ??
    (inPage <= maxNameInBytes ? memory.tryRead(at, inPage) : undefined);
  const end = bytes?.indexOf(0) ?? -1;
  return bytes === undefined || end <= 0 ? undefined : utf8Text(bytes.subarray(0, end));
}

function pointee<Read>(
  at: VirtualAddress | undefined,
  reader: { tryRead(address: VirtualAddress): Read | undefined } | undefined,
): Read | undefined {
  return at === undefined || at === 0n ? undefined : reader?.tryRead(at);
}
