import type { Totals } from '../asking/totals.ts';
import type { QueueHealth } from '../queue/queue-health.ts';
import { outcomes } from '../store/outcome.ts';

/** Source: OpenMetrics 1.0.0, "Content-Type". */
export const metricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

interface Metric {
  /** After `vmcorekit_fleet_`; it ends with the unit. */
  readonly name: string;
  readonly help: string;
  readonly unit?: 'seconds';
  /** Labels and value; null where there is no value. Labels come from lists of ours. */
  readonly samples: readonly (readonly [labels: string, value: number | null])[];
}

/**
 * The counts as OpenMetrics text. All are gauges: a result goes when its dump is read again.
 * Source: OpenMetrics 1.0.0, "Text format".
 */
export function metricsText(totals: Totals, health: QueueHealth): string {
  return `${metricsOf(totals, health).map(metricText).join('')}# EOF\n`;
}

function metricsOf(totals: Totals, health: QueueHealth): readonly Metric[] {
  const known = Object.keys(outcomes);
  return [
    { name: 'dumps', help: 'Dumps that are known.', samples: [['', totals.dumps]] },
    {
      name: 'jobs',
      help: 'Jobs without a result, by state.',
      samples: [
        ['state="waiting"', health.waiting],
        ['state="running"', health.running],
        ['state="given_up"', health.givenUp],
      ],
    },
    {
      name: 'results',
      help: 'Results, by outcome.',
      samples: known.map((name) => [`outcome="${name}"`, totals.results[name] ?? 0]),
    },
    {
      name: 'results_last_hour',
      help: 'Results of the last hour, by outcome.',
      samples: known.map((name) => [`outcome="${name}"`, totals.resultsOfLastHour[name] ?? 0]),
    },
    {
      name: 'signatures',
      help: 'Different signatures of crashes.',
      samples: [['', totals.signatures]],
    },
    {
      name: 'oldest_waiting_seconds',
      unit: 'seconds',
      help: 'Age of the job that waits longest.',
      samples: [['', health.oldestWaitingInSeconds]],
    },
    {
      name: 'oldest_heartbeat_seconds',
      unit: 'seconds',
      help: 'Time since the last heartbeat, of the running job where it is longest.',
      samples: [['', health.oldestHeartbeatInSeconds]],
    },
    {
      name: 'newest_result_seconds',
      unit: 'seconds',
      help: 'Age of the newest result.',
      samples: [['', totals.newestResultAgeInSeconds]],
    },
    {
      name: 'reading_seconds',
      unit: 'seconds',
      help: 'Time that a dump took, on average in the last hour.',
      samples: [['', totals.readingInSeconds]],
    },
  ];
}

function metricText({ name, help, unit, samples }: Metric): string {
  const full = `vmcorekit_fleet_${name}`;
  return [
    `# TYPE ${full} gauge`,
    ...(unit === undefined ? [] : [`# UNIT ${full} ${unit}`]),
    `# HELP ${full} ${help}`,
    ...samples.flatMap(([labels, value]) =>
      value === null ? [] : [`${full}${labels === '' ? '' : `{${labels}}`} ${value}`],
    ),
    '',
  ].join('\n');
}
