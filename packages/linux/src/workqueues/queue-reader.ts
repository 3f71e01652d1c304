import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { containerOf } from '../containers/container-of.ts';
import { listNodes } from '../containers/list.ts';
import type { WalkNotes } from '../containers/walk.ts';
import { number, place, pointer, text } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import type { PoolReader } from './pool-reader.ts';
import { queueFlagsOf, queueKindOf } from './queue-flags.ts';
import type { WorkReader } from './work-reader.ts';
import type { WorkerReader } from './worker-reader.ts';
import type { QueuePool, Workqueue } from './workqueue.ts';

/** More than any machine has of CPUs. */
const poolLimit = 2 ** 16;

/** A workqueue before its parts are read. */
export interface ListedQueue {
  readonly address: VirtualAddress;
  readonly name: string;
  readonly flags: number;
  readonly maxActive: number;
  readonly pools: VirtualAddress;
  readonly rescuer: VirtualAddress;
  readonly attributes: VirtualAddress;
}

/**
 * The workqueues in the kernel's list; those that cannot be read are damage in the notes. Undefined
 * where the kernel's types do not have the structure.
 */
export function listedQueues(
  kernel: Kernel,
  head: VirtualAddress,
  notes: WalkNotes,
  limit: number,
): ListedQueue[] | undefined {
  const reader = knownReader(kernel, 'workqueue_struct', {
    node: place('list'),
    name: text('name'),
    flags: number('flags'),
    maxActive: number('saved_max_active'),
    pools: place('pwqs'),
    rescuer: pointer('rescuer'),
    // Renamed between Linux 6.12 and 7.3.
    attributes: pointer('attrs', 'unbound_attrs'),
  });
  if (reader === undefined) {
    return undefined;
  }
  const queues: ListedQueue[] = [];
  for (const node of listNodes(kernel, head, notes, { limit, name: 'workqueues' })) {
    const address = containerOf(kernel, 'workqueue_struct', 'list', node);
    const values = reader.tryRead(address);
    if (values === undefined) {
      notes.add({ container: 'workqueues', at: address, because: 'the workqueue is unreadable' });
    } else {
      queues.push({ address, ...values });
    }
  }
  return queues;
}

export interface QueueSources {
  readonly notes: WalkNotes;
  readonly works: WorkReader;
  readonly workers: WorkerReader;
  readonly pools: PoolReader;
  /** The numbers of the pools by address. */
  readonly poolIds: ReadonlyMap<VirtualAddress, number>;
}

/** Reads the parts of workqueues; undefined where the kernel's types do not have the structure. */
export function queueReader(
  kernel: Kernel,
  { notes, works, workers, pools, poolIds }: QueueSources,
): ((queue: ListedQueue) => Workqueue) | undefined {
  const reader = knownReader(kernel, 'pool_workqueue', {
    node: place('pwqs_node'),
    pool: pointer('pool'),
    queue: pointer('wq'),
    activeCount: number('nr_active'),
    // `delayed_works` before Linux 5.15 (f97a4a1a3f87).
    inactive: place('inactive_works', 'delayed_works'),
  });
  if (reader === undefined) {
    return undefined;
  }
  function* poolsOf({ address: queue, name, pools: head }: ListedQueue): Generator<QueuePool> {
    const container = `the pools of workqueue ${name}`;
    for (const node of listNodes(kernel, head, notes, { limit: poolLimit, name: container })) {
      const address = containerOf(kernel, 'pool_workqueue', 'pwqs_node', node);
      const values = reader?.tryRead(address);
      if (values === undefined || values.queue !== queue) {
        const because =
          values === undefined ? 'it cannot be read' : 'what lies there is of another workqueue';
        notes.add({ container, at: address, because });
        continue;
      }
      const pool = poolIds.get(values.pool);
      if (pool === undefined) {
        const because = 'no list of pools has the pool that it leads to';
        notes.add({ container, at: address, because });
      }
      yield {
        address,
        pool: pool ?? null,
        activeCount: values.activeCount,
        inactive: works.listed(values.inactive, `the inactive works of workqueue ${name}`),
      };
    }
  }
  return (queue) => {
    const { address, name, flags, maxActive, rescuer, attributes } = queue;
    return {
      address,
      name,
      kind: queueKindOf(flags),
      flags: queueFlagsOf(kernel.types, flags),
      maxActive,
      nice: pools.attributesAt(attributes).nice,
      rescuer: rescuer === 0n ? null : (workers.read(rescuer)?.worker ?? null),
      pools: [...poolsOf(queue)],
    };
  };
}
