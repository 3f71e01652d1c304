import {
  type Analyzer,
  defineAnalyzer,
  type ReportText,
  reportRows,
  reportTable,
} from '@vmcorekit/core';
import { readTimers } from '@vmcorekit/linux';
import { foundAnswer, noSuchCpu } from '../kernel-answer.ts';
import { hrtimerRows, type TimerRow, timerColumns, wheelRows } from './timer-columns.ts';
import { type TimerReport, timerReport } from './timer-report.ts';

const options = {
  cpu: { type: 'integer', summary: 'show only the timers of this CPU', default: null },
  hrtimers: {
    type: 'boolean',
    summary: 'show only the timers that count in nanoseconds',
    default: false,
  },
} as const;

/**
 * The timers that wait, as crash's `timer` and /proc/timer_list show them. The data is `{ jiffies,
 * ticksPerSecond, monotonic, cpus }`; null where the timers cannot be found.
 */
export const timer: Analyzer<TimerReport | null, typeof options> = defineAnalyzer({
  name: 'timer',
  summary: 'the timers that wait on each CPU, and what they will run',
  options,
  *run(context, { cpu, hrtimers }) {
    return yield* foundAnswer(
      context,
      { head: 'no answer to timer', rows: reportRows(timerColumns, []) },
      readTimers,
      (found) => {
        const wanted = found.cpus.filter((each) => cpu === null || each.cpu === cpu);
        const [none] = noSuchCpu(
          cpu,
          found.cpus.map((each) => each.cpu),
        );
        if (none !== undefined) {
          return none;
        }
        const data = timerReport(found, wanted);
        const wheel = hrtimers ? [] : data.cpus.flatMap(wheelRows);
        const precise = data.cpus.flatMap(hrtimerRows);
        return {
          text: [...clockLines(data), ...tables(wheel, precise)],
          data,
          rows: reportRows(timerColumns, [...wheel, ...precise]),
          remarks: [
            ...found.remarks,
            ...Object.values(found.clock).flatMap((fact) =>
              fact.value === null ? [fact.because] : [],
            ),
          ],
        };
      },
    );
  },
});

function clockLines({ jiffies, ticksPerSecond, monotonic }: TimerReport): string[] {
  return [
    ...(jiffies === null
      ? []
      : [`jiffies: ${jiffies}${ticksPerSecond === null ? '' : ` (${ticksPerSecond} a second)`}`]),
    ...(monotonic === null ? [] : [`monotonic clock at the last tick: ${monotonic} ns`]),
  ];
}

function tables(wheel: readonly TimerRow[], precise: readonly TimerRow[]): ReportText {
  const shown = [wheel, precise].filter((rows) => rows.length > 0);
  return shown.length === 0
    ? ['no timer waits']
    : shown.flatMap((rows) => ['', reportTable(timerColumns, rows)]);
}
