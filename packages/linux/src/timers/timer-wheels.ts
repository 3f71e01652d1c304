import { isVmcorekitError, type Kernel, type Progress, type VirtualAddress } from '@vmcorekit/core';
import { containerOf } from '../containers/container-of.ts';
import { hlistNodes } from '../containers/hlist.ts';
import { countOf } from '../containers/layout.ts';
import { perCpuVariable } from '../containers/per-cpu.ts';
import type { WalkNotes } from '../containers/walk.ts';
import { codePointer } from '../reading/code-pointer.ts';
import { number, place, pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { withoutTypes } from '../reading/without-types.ts';
import { typedVariable } from '../variables/variable-type.ts';
import type { KernelClock } from './kernel-clock.ts';
import type { TimerWheel, WheelTimer } from './timer.ts';

/** LVL_DEPTH is at most 9, of 64 buckets each. */
const maxBuckets = 1024;
const maxWheels = 3;
const timersPerStep = 1024;

/**
 * By how many a CPU has: one without NO_HZ, two with, and three since Linux 6.9. Source:
 * kernel/time/timer.c (BASE_STD or BASE_LOCAL, BASE_GLOBAL, BASE_DEF).
 */
const kinds: Readonly<Record<number, readonly TimerWheel['kind'][]>> = {
  1: ['all'],
  2: ['standard', 'deferrable'],
  3: ['local', 'global', 'deferrable'],
};

/** What reads the wheels of a CPU; undefined where they cannot be read. */
export type WheelReader = (cpu: number) => Generator<Progress, readonly TimerWheel[] | null, void>;

/**
 * A reader of timer wheels, which may read `budget.left` timers. A sentence where the kernel's
 * symbols or types do not lead to them. Source: Linux 4.8 and later, kernel/time/timer.c.
 */
export function timerWheels(
  kernel: Kernel,
  clock: KernelClock,
  notes: WalkNotes,
  budget: { left: number },
): WheelReader | string {
  const { memory, types, symbols } = kernel;
  const base = knownReader(kernel, 'timer_base', {
    clock: pointer('clk'),
    cpu: number('cpu'),
    buckets: place('vectors'),
  });
  const timer = knownReader(kernel, 'timer_list', {
    expires: pointer('expires'),
    function: pointer('function'),
    flags: number('flags'),
  });
  const buckets = countOf(types, 'timer_base', 'vectors');
  if (symbols.find('timer_bases') === undefined) {
    return 'the symbols do not name timer_bases';
  }
  const size = base?.type.sizeInBytes ?? 0;
  if (base === undefined || timer === undefined || size === 0 || buckets > maxBuckets) {
    return withoutTypes(kernel, 'struct timer_base and struct timer_list');
  }
  const count = Math.floor((sizeOfVariable(kernel) ?? 0) / size);
  if (count < 1 || count > maxWheels) {
    return 'how many timer wheels a CPU has is not known';
  }
  const word = memory.wordSizeInBits / 8;
  const timerAt = (address: VirtualAddress): WheelTimer | undefined => {
    const values = timer.tryRead(address);
    if (values === undefined) {
      return undefined;
    }
    const { expires, flags } = values;
    const { jiffies, ticksPerSecond } = clock;
    const inJiffies =
      jiffies.value === null ? null : BigInt.asIntN(memory.wordSizeInBits, expires - jiffies.value);
    const inSeconds =
      inJiffies === null || ticksPerSecond.value === null
        ? null
        : Number(inJiffies) / ticksPerSecond.value;
    const code = codePointer(kernel, values.function);
    return { address, expires, flags, inJiffies, inSeconds, function: code };
  };

  function* wheelAt(
    cpu: number,
    address: VirtualAddress,
    kind: TimerWheel['kind'],
  ): Generator<Progress, TimerWheel | null, void> {
    const name = `timer_bases of CPU ${cpu}`;
    const damage = (at: VirtualAddress, because: string) =>
      notes.add({ container: name, at, because });
    const values = base?.tryRead(address);
    const heads = values === undefined ? undefined : memory.tryRead(values.buckets, buckets * word);
    if (values === undefined || heads === undefined) {
      damage(address, 'the wheel cannot be read');
      return null;
    }
    if (values.cpu !== cpu) {
      damage(address, `the wheel there is of CPU ${values.cpu}`);
      return null;
    }
    const timers: WheelTimer[] = [];
    for (let bucket = 0; bucket < buckets; bucket++) {
      const from = bucket * word;
      if (heads.subarray(from, from + word).every((byte) => byte === 0)) {
        continue;
      }
      const head = values.buckets + BigInt(from);
      for (const node of hlistNodes(kernel, head, notes, { limit: budget.left, name })) {
        budget.left--;
        const found = timerAt(containerOf(kernel, 'timer_list', 'entry', node));
        if (found === undefined) {
          damage(node, 'the timer cannot be read');
        } else {
          timers.push(found);
        }
        if (timers.length % timersPerStep === 0) {
          yield { kind: 'progress', doing: `reading the timers of CPU ${cpu}`, fraction: null };
        }
      }
    }
    const now = values.clock;
    const order = ({ expires }: WheelTimer) => BigInt.asIntN(memory.wordSizeInBits, expires - now);
    timers.sort((one, other) => Number(order(one) - order(other)));
    return { address, kind, clock: now, timers };
  }

  return function* wheelsOf(cpu) {
    const first = perCpuVariable(kernel, 'timer_bases', cpu);
    if (first === undefined) {
      return null;
    }
    const wheels: TimerWheel[] = [];
    for (let index = 0; index < count; index++) {
      const address = first + BigInt(index * size);
      const wheel = yield* wheelAt(cpu, address, kinds[count]?.[index] ?? null);
      if (wheel !== null) {
        wheels.push(wheel);
      }
    }
    return wheels;
  };
}

/** In bytes; undefined where no type of it is known. */
function sizeOfVariable(kernel: Kernel): number | undefined {
  try {
    return typedVariable(kernel, 'timer_bases').type.sizeInBytes ?? undefined;
  } catch (error) {
    if (isVmcorekitError(error, 'usage')) {
      return undefined;
    }
    throw error;
  }
}
