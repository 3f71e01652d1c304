import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { place, pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import type { LinuxTask } from '../tasks/linux-task.ts';
import { type PathPlace, pathPlaceAt } from './path-of.ts';

const readersOf = perKernel((kernel: Kernel) => ({
  task: knownReader(kernel, 'task_struct', { proxy: pointer('nsproxy'), fs: pointer('fs') }),
  proxy: knownReader(kernel, 'nsproxy', { mounts: pointer('mnt_ns') }),
  fs: knownReader(kernel, 'fs_struct', { root: place('root') }),
}));

/** Where a task sees its mounts. */
export interface MountNamespace {
  /** Of the `struct mnt_namespace`. */
  readonly address: VirtualAddress;
  /** The root that the task sees; null where it is not proved. */
  readonly root: PathPlace | null;
}

/** Undefined for a task that has ended, and where it is not proved. */
export function mountNamespaceOf(
  kernel: Kernel,
  { address }: LinuxTask,
): MountNamespace | undefined {
  const { task, proxy, fs } = readersOf(kernel);
  const values = task?.tryRead(address);
  const mounts =
    values === undefined || values.proxy === 0n ? undefined : proxy?.tryRead(values.proxy)?.mounts;
  if (values === undefined || mounts === undefined || mounts === 0n) {
    return undefined;
  }
  const rootAt = values.fs === 0n ? undefined : fs?.tryRead(values.fs)?.root;
  const root = rootAt === undefined ? undefined : pathPlaceAt(kernel, rootAt);
  return { address: mounts, root: root ?? null };
}
