import { type Kernel, type Progress, plural } from '@vmcorekit/core';
import { containerOf } from '../containers/container-of.ts';
import { perCpuOf } from '../containers/per-cpu.ts';
import { number, place, pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { withoutTypes } from '../reading/without-types.ts';
import { readTimers } from '../timers/read-timers.ts';
import type { WorkReader } from './work-reader.ts';
import type { DelayedWork } from './workqueue.ts';

/** What every timer of a delayed work runs. Source: Linux, include/linux/workqueue.h. */
const timerFunction = 'delayed_work_timer_fn';

/** The works whose timers have not fired yet. A sentence where the timers cannot be found. */
export function* delayedWorks(
  kernel: Kernel,
  works: WorkReader,
): Generator<Progress, { works: DelayedWork[]; remarks: string[] } | string, void> {
  const reader = knownReader(kernel, 'delayed_work', {
    work: place('work'),
    timer: place('timer'),
    queue: pointer('wq'),
    cpu: number('cpu'),
  });
  if (reader === undefined) {
    return withoutTypes(kernel, 'struct delayed_work');
  }
  const fires = kernel.symbols.find(timerFunction)?.address;
  if (fires === undefined) {
    return `the symbols (${kernel.symbols.from}) do not name ${timerFunction}`;
  }
  const timers = yield* readTimers(kernel);
  if (typeof timers === 'string') {
    return timers;
  }
  const possible = new Set(perCpuOf(kernel).possible.value ?? []);
  const found: DelayedWork[] = [];
  let unreadable = 0;
  for (const { timers: waiting } of timers.cpus.flatMap(({ wheels }) => wheels ?? [])) {
    for (const { address, function: code, inJiffies, inSeconds } of waiting) {
      if (code?.address !== fires) {
        continue;
      }
      const at = containerOf(kernel, 'delayed_work', 'timer', address);
      const values = reader.tryRead(at);
      const work = values === undefined ? undefined : works.delayed(values.work, values.queue);
      if (values === undefined || work === undefined) {
        unreadable++;
        continue;
      }
      const cpu = possible.has(values.cpu) ? values.cpu : null;
      found.push({ ...work, timer: address, inJiffies, inSeconds, cpu });
    }
  }
  const remarks = unreadable === 0 ? [] : [`${plural(unreadable, 'delayed work')} is unreadable`];
  return { works: found, remarks: [...timers.remarks, ...remarks] };
}
