import { plainJson } from '@vmcorekit/report';
import { type Totals, totalsOf } from '../../asking/totals.ts';
import type { Queryable } from '../../database/database.ts';
import {
  type QueueHealth,
  queueHealth,
  type RunningJob,
  runningJobs,
} from '../../queue/queue-health.ts';
import type { Page } from '../answer.ts';
import { type Html, html } from '../html.ts';
import { ageText, factList, fileText, table } from '../layout.ts';
import { link } from '../link.ts';
import { withoutSecrets } from '../without-secrets.ts';

const maxJobs = 50;

/** What waits, what runs, what failed, and whether the processes still answer. */
export async function queuePage(database: Queryable): Promise<Page> {
  const health = await queueHealth(database);
  const totals = await totalsOf(database);
  const running = withoutSecrets(await runningJobs(database, maxJobs));
  return {
    title: 'Queue',
    section: '/queue',
    body: html`${facts(health, totals)}
<h2>Results</h2>
${resultTable(totals)}
<h2>Running now</h2>
${running.length === 0 ? html`<p>No reader has a dump.</p>` : jobTable(running)}`,
    data: {
      schema: 1,
      ...(plainJson({ health, totals, running }) as object),
    },
  };
}

function facts(health: QueueHealth, totals: Totals): Html {
  return factList([
    ['Dumps', totals.dumps],
    ['Waiting', health.waiting],
    ['Waiting longest', ageText(health.oldestWaitingInSeconds)],
    ['Running', health.running],
    ['Oldest heartbeat', ageText(health.oldestHeartbeatInSeconds)],
    ['Given up', health.givenUp === 0 ? null : health.givenUp],
    ['Newest result', ageText(totals.newestResultAgeInSeconds)],
    [
      'A dump takes',
      totals.readingInSeconds === null ? null : `${totals.readingInSeconds.toFixed(1)} s`,
    ],
  ]);
}

function resultTable({ results, resultsOfLastHour }: Totals): Html {
  const rows = Object.entries(results).map(([outcome, count]) => [
    html`<a href="${link('/results', { outcome })}">${outcome}</a>`,
    count,
    resultsOfLastHour[outcome] ?? 0,
  ]);
  return rows.length === 0
    ? html`<p>There is none yet.</p>`
    : table('Results by outcome', ['Outcome', 'Results', 'In the last hour'], rows);
}

function jobTable(jobs: readonly RunningJob[]): Html {
  return table(
    'Running jobs',
    ['Dump', 'Running for', 'Last heartbeat', 'Earlier tries'],
    jobs.map((job) => [
      fileText(job.files),
      ageText(job.runningInSeconds),
      ageText(job.heartbeatAgeInSeconds),
      job.earlierTries,
    ]),
  );
}
