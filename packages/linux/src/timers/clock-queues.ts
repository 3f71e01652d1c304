import type { Kernel, Progress, VirtualAddress } from '@vmcorekit/core';
import { containerOf } from '../containers/container-of.ts';
import { countOf } from '../containers/layout.ts';
import { perCpuVariable } from '../containers/per-cpu.ts';
import { rbNodes } from '../containers/rb-tree.ts';
import type { WalkNotes } from '../containers/walk.ts';
import { codePointer } from '../reading/code-pointer.ts';
import { number, place, pointer, wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { withoutTypes } from '../reading/without-types.ts';
import type { KernelClock } from './kernel-clock.ts';
import type { ClockQueue, PreciseTimer } from './timer.ts';

/** HRTIMER_MAX_CLOCK_BASES is eight since Linux 4.16, and four before. */
const maxQueues = 16;
const timersPerStep = 1024;
/** Source: Linux, include/uapi/linux/time.h. */
const clocks: ReadonlyMap<number, string> = new Map([
  [0, 'realtime'],
  [1, 'monotonic'],
  [7, 'boottime'],
  [11, 'tai'],
]);

/** What reads the queues of a CPU; null where they cannot be read. */
export type QueueReader = (cpu: number) => Generator<Progress, readonly ClockQueue[] | null, void>;

/**
 * A reader of the queues of precise timers, which may read `budget.left` timers. A sentence where
 * the kernel's symbols or types do not lead to them. A queue is a red-black tree; since Linux 7.x
 * its nodes are linked as well, and the root still comes first. Source: include/linux/hrtimer.h.
 */
export function clockQueues(
  kernel: Kernel,
  { monotonic }: KernelClock,
  notes: WalkNotes,
  budget: { left: number },
): QueueReader | string {
  const { types, symbols } = kernel;
  const all = knownReader(kernel, 'hrtimer_cpu_base', {
    cpu: number('cpu'),
    queues: place('clock_base'),
  });
  const queue = knownReader(kernel, 'hrtimer_clock_base', {
    index: number('index'),
    clock: number('clockid'),
    timers: place('active'),
    offset: wide('offset'),
  });
  const timer = knownReader(kernel, 'hrtimer', {
    expires: wide('node.expires'),
    softExpires: wide('_softexpires'),
    function: pointer('function'),
    base: pointer('base'),
  });
  if (symbols.find('hrtimer_bases') === undefined) {
    return 'the symbols do not name hrtimer_bases';
  }
  if (all === undefined || queue === undefined || timer === undefined) {
    return withoutTypes(kernel, 'struct hrtimer_cpu_base and struct hrtimer');
  }
  const size = BigInt(queue.type.sizeInBytes ?? 0);
  const count = countOf(types, 'hrtimer_cpu_base', 'clock_base');
  if (size === 0n || count < 1 || count > maxQueues) {
    return withoutTypes(kernel, 'hrtimer_cpu_base.clock_base');
  }

  function* queueAt(
    cpu: number,
    index: number,
    address: VirtualAddress,
  ): Generator<Progress, ClockQueue | null, void> {
    const name = `hrtimer_bases of CPU ${cpu}, clock ${index}`;
    const damage = (at: VirtualAddress, because: string) =>
      notes.add({ container: name, at, because });
    const values = queue?.tryRead(address);
    if (values === undefined || values.index !== index) {
      damage(address, values === undefined ? 'it cannot be read' : `it has index ${values.index}`);
      return null;
    }
    const { offset } = values;
    const now = monotonic.value === null ? null : monotonic.value + offset;
    const timers: PreciseTimer[] = [];
    for (const node of rbNodes(kernel, values.timers, notes, { limit: budget.left, name })) {
      budget.left--;
      const at = containerOf(kernel, 'hrtimer', 'node', node);
      const each = timer?.tryRead(at);
      if (each === undefined) {
        damage(at, 'the timer cannot be read');
        continue;
      }
      if (each.base !== address) {
        damage(at, 'the timer there names another queue as its own');
      }
      timers.push({
        address: at,
        expires: each.expires,
        softExpires: each.softExpires,
        inNanoseconds: now === null ? null : each.expires - now,
        function: codePointer(kernel, each.function),
      });
      if (timers.length % timersPerStep === 0) {
        yield { kind: 'progress', doing: `reading the timers of CPU ${cpu}`, fraction: null };
      }
    }
    const clock = clocks.get(values.clock) ?? null;
    return { address, index, clock, isSoft: count > 4 && index >= count / 2, offset, timers };
  }

  return function* queuesOf(cpu) {
    const address = perCpuVariable(kernel, 'hrtimer_bases', cpu);
    const values = address === undefined ? undefined : all.tryRead(address);
    if (values === undefined || values.cpu !== cpu) {
      notes.add({
        container: 'hrtimer_bases',
        at: address ?? 0n,
        because: `that of CPU ${cpu} cannot be read, or says that it is another`,
      });
      return null;
    }
    const queues: ClockQueue[] = [];
    for (let index = 0; index < count; index++) {
      const found = yield* queueAt(cpu, index, values.queues + BigInt(index) * size);
      if (found !== null) {
        queues.push(found);
      }
    }
    return queues;
  };
}
