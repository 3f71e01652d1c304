import { jsonLine } from '@vmcorekit/report';
import { readOnly } from '../asking/read-only.ts';
import { totalsOf } from '../asking/totals.ts';
import type { Database, Queryable } from '../database/database.ts';
import { queueHealth } from '../queue/queue-health.ts';
import type { Answer, Page } from './answer.ts';
import { BadRequest } from './bad-request.ts';
import { documentOf } from './layout.ts';
import { metricsText, metricsType } from './metrics.ts';
import { groupsPage } from './pages/groups-page.ts';
import { queuePage } from './pages/queue-page.ts';
import { reportPage } from './pages/report-page.ts';
import { resultsPage } from './pages/results-page.ts';
import type { PageRequest } from './request.ts';
import { styleSheet } from './style.ts';

/** What a request gets. Throws `BadRequest`, and the database's errors. */
export async function answerTo(
  request: PageRequest,
  database: Database,
  browserPage: string | null,
): Promise<Answer> {
  if (request.path === '/style.css') {
    return { status: 200, type: 'text/css; charset=utf-8', body: styleSheet };
  }
  return await readOnly(database, async (transaction) => {
    if (request.path === '/metrics') {
      const body = metricsText(await totalsOf(transaction), await queueHealth(transaction));
      return { status: 200, type: metricsType, body };
    }
    return answerOf(await pageFor(request, transaction, browserPage), request);
  });
}

async function pageFor(
  { path, query }: PageRequest,
  database: Queryable,
  browserPage: string | null,
): Promise<Page> {
  switch (path) {
    case '/':
    case '/crashes':
      return await groupsPage(database, '/', query);
    case '/new':
      return await groupsPage(database, '/new', query);
    case '/results':
      return await resultsPage(database, query);
    case '/queue':
      return await queuePage(database);
  }
  const [, number] = /^\/results\/([1-9]\d{0,14})$/.exec(path) ?? [];
  if (number === undefined) {
    throw new BadRequest(404, 'there is no such page');
  }
  return await reportPage(database, Number(number), browserPage);
}

function answerOf(page: Page, { form }: PageRequest): Answer {
  return form === 'json'
    ? { status: 200, type: 'application/json; charset=utf-8', body: jsonLine(page.data) }
    : { status: 200, type: 'text/html; charset=utf-8', body: documentOf(page) };
}
