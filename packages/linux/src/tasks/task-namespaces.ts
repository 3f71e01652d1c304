import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { tryRead } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { number, optional, place, pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';

/** The names of /proc/PID/ns, and the members of `nsproxy`. */
const members = {
  cgroup: 'cgroup_ns',
  ipc: 'ipc_ns',
  mnt: 'mnt_ns',
  net: 'net_ns',
  pid_for_children: 'pid_ns_for_children',
  time: 'time_ns',
  time_for_children: 'time_ns_for_children',
  uts: 'uts_ns',
} as const;

/** MAX_PID_NS_LEVEL. Source: Linux, include/linux/pid_namespace.h. */
const maxLevel = 32;

/** The structure of each kind of namespace. */
const structs = {
  cgroup: 'cgroup_namespace',
  ipc: 'ipc_namespace',
  mnt: 'mnt_namespace',
  net: 'net',
  pid: 'pid_namespace',
  pid_for_children: 'pid_namespace',
  time: 'time_namespace',
  time_for_children: 'time_namespace',
  user: 'user_namespace',
  uts: 'uts_namespace',
} as const;

/** The namespaces of a task. */
export interface TaskNamespaces {
  /** Their numbers by the names of /proc/PID/ns. */
  readonly numbers: Readonly<Record<string, number>>;
  /** The task's pid in each namespace of pids, the outermost first; empty where unknown. */
  readonly pids: readonly number[];
}

const readersOf = perKernel((kernel: Kernel) => {
  const { types } = kernel;
  const numberPlaces = new Map<string, bigint>();
  for (const struct of new Set(Object.values(structs))) {
    const found = types.struct(struct)?.member('ns.inum');
    if (found !== undefined) {
      numberPlaces.set(struct, BigInt(found.offsetInBytes));
    }
  }
  return {
    task: knownReader(kernel, 'task_struct', {
      nsproxy: pointer('nsproxy'),
      pid: optional(pointer('thread_pid')),
      credentials: pointer('real_cred'),
    }),
    proxy: knownReader(
      kernel,
      'nsproxy',
      Object.fromEntries(
        Object.values(members).map((member) => [member, optional(pointer(member))]),
      ),
    ),
    credentials: knownReader(kernel, 'cred', { user: pointer('user_ns') }),
    pid: knownReader(kernel, 'pid', { level: number('level'), numbers: place('numbers') }),
    upid: knownReader(kernel, 'upid', { number: number('nr'), namespace: pointer('ns') }),
    upidSizeInBytes: types.struct('upid')?.sizeInBytes ?? null,
    numberPlaces,
  };
});

/** Each namespace that can be read is there; a task that has ended has none but the user's. */
export function namespacesOf(kernel: Kernel, task: VirtualAddress): TaskNamespaces {
  const readers = readersOf(kernel);
  const values = readers.task?.tryRead(task);
  const numbers: Record<string, number> = {};
  const add = (name: keyof typeof structs, at: VirtualAddress | null | undefined) => {
    const offset = readers.numberPlaces.get(structs[name]);
    if (at !== null && at !== undefined && at !== 0n && offset !== undefined) {
      const found = tryRead(() => kernel.memory.readUint32(at + offset));
      // No namespace has the number 0.
      if (found !== undefined && found !== 0) {
        numbers[name] = found;
      }
    }
  };
  if (values === undefined) {
    return { numbers, pids: [] };
  }
  const proxy = values.nsproxy === 0n ? undefined : readers.proxy?.tryRead(values.nsproxy);
  for (const [name, member] of Object.entries(members)) {
    add(name as keyof typeof members, proxy?.[member]);
  }
  add('user', readers.credentials?.tryRead(values.credentials)?.user);
  const upids = upidsOf(kernel, values.pid);
  add('pid', upids.at(-1)?.namespace);
  return { numbers, pids: upids.map(({ number: pid }) => pid) };
}

function upidsOf(
  kernel: Kernel,
  address: VirtualAddress | null,
): { readonly number: number; readonly namespace: VirtualAddress }[] {
  const { pid, upid, upidSizeInBytes } = readersOf(kernel);
  const values = address === null || address === 0n ? undefined : pid?.tryRead(address);
  if (values === undefined || upid === undefined || upidSizeInBytes === null) {
    return [];
  }
  const found = [];
  for (let level = 0; level <= Math.min(values.level, maxLevel); level++) {
    const each = upid.tryRead(values.numbers + BigInt(level * upidSizeInBytes));
    if (each === undefined) {
      return [];
    }
    found.push(each);
  }
  return found;
}
