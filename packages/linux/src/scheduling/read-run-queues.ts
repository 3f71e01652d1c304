import type { Kernel, Progress, VirtualAddress } from '@vmcorekit/core';
import { containerOf } from '../containers/container-of.ts';
import { listNodes } from '../containers/list.ts';
import { perCpuOf, perCpuVariable } from '../containers/per-cpu.ts';
import { WalkNotes } from '../containers/walk.ts';
import { number, optional, place, pointer, text, wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { withoutTypes } from '../reading/without-types.ts';
import { readTasks } from '../tasks/read-tasks.ts';
import { QueuedEntities } from './queued-entities.ts';
import type { QueuedTask, RunQueue, RunQueues, SchedulerClass } from './run-queue.ts';

type Named = NonNullable<RunQueue['current']>;

/**
 * Reads the run queue of each possible CPU. A sentence where the kernel's symbols or types do not
 * lead to them.
 */
export function* readRunQueues(kernel: Kernel): Generator<Progress, RunQueues | string, void> {
  const { possible } = perCpuOf(kernel);
  if (possible.value === null) {
    return possible.because;
  }
  if (kernel.symbols.find('runqueues') === undefined) {
    return `the symbols (${kernel.symbols.from}) do not name runqueues`;
  }
  const notes = new WalkNotes();
  const reader = queueReaderOf(kernel);
  const taskReader = taskReaderOf(kernel);
  const entities = QueuedEntities.of(kernel, notes);
  if (reader === undefined || taskReader === undefined || entities === undefined) {
    return withoutTypes(kernel, 'struct rq and struct sched_entity');
  }
  const list = yield* readTasks(kernel);
  const known = typeof list === 'string' ? undefined : new Set(list.tasks.map(addressOf));
  const remarks: string[] = [];
  const taskAt = (address: VirtualAddress): Named => {
    const { pid, comm, priority } = taskReader.readPartly(address);
    if (known !== undefined && !known.has(address)) {
      notes.add({
        container: 'a run queue',
        at: address,
        because: `no other view of the tasks has ${comm ?? 'this task'}`,
      });
    }
    return { address, pid, comm, priority };
  };
  const queues: RunQueue[] = [];
  for (const cpu of possible.value) {
    const address = perCpuVariable(kernel, 'runqueues', cpu);
    const values = address === undefined ? undefined : reader.tryRead(address);
    if (address === undefined || values === undefined || values.cpu !== cpu) {
      remarks.push(`the run queue of CPU ${cpu} cannot be read, or says that it is another's`);
      continue;
    }
    const queued = waiting(kernel, entities, values, notes);
    queues.push({
      cpu,
      address,
      current: values.current === 0n ? null : taskAt(values.current),
      running: values.running,
      switches: values.switches,
      clock: values.clock,
      load: values.load,
      queued: Array.from(queued, ([at, found]) => ({ ...taskAt(at), ...found })),
    });
    remarks.push(...contradictions(values, queued, cpu));
    yield {
      kind: 'progress',
      doing: 'reading run queues',
      fraction: queues.length / possible.value.length,
    };
  }
  return { queues, remarks: [...remarks, ...notes.remarks()] };
}

type Found = Pick<QueuedTask, 'class' | 'isDelayed' | 'seenBy'>;
type Values = NonNullable<ReturnType<NonNullable<ReturnType<typeof queueReaderOf>>['tryRead']>>;

/** By task, without the current one. */
function waiting(
  kernel: Kernel,
  entities: QueuedEntities,
  values: Values,
  notes: WalkNotes,
): Map<VirtualAddress, Found> {
  const found = new Map<VirtualAddress, Found>();
  const add = (
    task: VirtualAddress,
    scheduler: SchedulerClass,
    view: 'tree' | 'list',
    isDelayed: boolean,
  ) => {
    const seenBy = found.get(task)?.seenBy ?? [];
    if (task !== values.current && !seenBy.includes(view)) {
      const delayed = isDelayed || (found.get(task)?.isDelayed ?? false);
      found.set(task, { class: scheduler, isDelayed: delayed, seenBy: [...seenBy, view] });
    }
  };
  for (const task of entities.deadline(values.deadline)) {
    add(task, 'deadline', 'tree', false);
  }
  for (const task of entities.realTime(values.realTime)) {
    add(task, 'real-time', 'tree', false);
  }
  for (const { task, isDelayed } of entities.fair(values.fair)) {
    add(task, 'fair', 'tree', isDelayed);
  }
  for (const task of values.fairTasks === null ? [] : entities.listed(values.fairTasks)) {
    add(task, 'fair', 'list', false);
  }
  const extended = kernel.types.struct('task_struct')?.member('scx.runnable_node');
  if (values.extended !== null && extended !== undefined) {
    const options = { name: 'rq.scx.runnable_list' };
    for (const node of listNodes(kernel, values.extended, notes, options)) {
      add(containerOf(kernel, 'task_struct', 'scx.runnable_node', node), 'ext', 'list', false);
    }
  }
  return found;
}

/** Where the kernel's own count says something else. */
function contradictions(
  { running, current, idle }: Values,
  queued: ReadonlyMap<VirtualAddress, Found>,
  cpu: number,
): string[] {
  const waits = [...queued.values()].filter(({ isDelayed }) => !isDelayed).length;
  const found = waits + (current === idle ? 0 : 1);
  const all = found + queued.size - waits;
  return running >= found && running <= all
    ? []
    : [`CPU ${cpu} counts ${running} runnable tasks, and ${found} were found`];
}

function addressOf({ address }: { readonly address: VirtualAddress }): VirtualAddress {
  return address;
}

function queueReaderOf(kernel: Kernel) {
  return knownReader(kernel, 'rq', {
    cpu: number('cpu'),
    current: pointer('curr'),
    idle: pointer('idle'),
    running: number('nr_running'),
    switches: wide('nr_switches'),
    clock: wide('clock'),
    load: optional(wide('cfs.load.weight')),
    fair: place('cfs'),
    realTime: place('rt'),
    deadline: place('dl'),
    fairTasks: optional(place('cfs_tasks')),
    extended: optional(place('scx.runnable_list')),
  });
}

function taskReaderOf(kernel: Kernel) {
  return knownReader(kernel, 'task_struct', {
    pid: number('pid'),
    comm: text('comm'),
    priority: number('prio'),
  });
}
