import { plainJson } from '@vmcorekit/report';
import type { FleetRow } from 'vmcorekit/fleet';
import { resultsOf } from '../../asking/results.ts';
import type { Queryable } from '../../database/database.ts';
import type { Page } from '../answer.ts';
import { BadRequest } from '../bad-request.ts';
import { browserLink } from '../browser-link.ts';
import { type Html, html } from '../html.ts';
import { factList, fileText, timeText } from '../layout.ts';
import { link } from '../link.ts';
import { reportSections } from '../report-sections.ts';
import { withoutSecrets } from '../without-secrets.ts';
import { outcomeText } from './results-page.ts';

/** A longer report is left out: a page of it would take too much memory here and there. */
const maxReportCharacters = 8 * 2 ** 20;

/**
 * One result, with the whole report of its dump. Throws `BadRequest` if there is none.
 *
 * @param browserPage where the browser page is served; null if it is not known
 */
export async function reportPage(
  database: Queryable,
  number: number,
  browserPage: string | null,
): Promise<Page> {
  const [size] = await database.query<{ characters: number }>(
    'select length(report::text)::float8 as characters from fleet.result where number = $1::bigint',
    [number],
  );
  if (size === undefined) {
    throw new BadRequest(
      404,
      `there is no result ${number}; a dump that is read again gets another`,
    );
  }
  const isWhole = size.characters <= maxReportCharacters;
  const filter = { before: number + 1, limit: 1, withReport: isWhole };
  for await (const found of resultsOf(database, filter)) {
    // Taken from what is stored: the row below has no secrets any more.
    const inBrowser = browserLink(browserPage, found.files);
    const row = withoutSecrets(found);
    return {
      title: row.panic ?? row.release ?? `Result ${row.number}`,
      section: '/results',
      body: html`${facts(row, inBrowser)}
${isWhole ? reportSections(row.report ?? {}) : html`<p>The report is too long for a page: see <code>vmcorekit fleet results --json --report</code>.</p>`}
<p><a href="/results/${number}.json">This result as JSON</a></p>`,
      data: { schema: 1, ...(plainJson(row) as object), isReportLeftOut: !isWhole, inBrowser },
    };
  }
  throw new BadRequest(404, `there is no result ${number}`);
}

function facts(row: FleetRow, inBrowser: string | null): Html {
  const like = (name: string, value: string | null): Html | null =>
    value === null ? null : html`<a href="${link('/results', { [name]: value })}">${value}</a>`;
  return factList([
    ['Dump', fileText(row.files)],
    ['Files', row.files.join(', ')],
    [
      'In the browser',
      inBrowser === null
        ? null
        : html`<a href="${inBrowser}" rel="noreferrer">open in the browser page</a>`,
    ],
    ['Outcome', outcomeText(row)],
    ['Because', row.because],
    ['Panic', row.panic],
    ['Signature', like('signature', row.signature)],
    ['Made of', row.signatureText],
    ['Kernel', like('release', row.release)],
    ['Build ID', like('buildId', row.buildId)],
    ['Architecture', like('architecture', row.architecture)],
    ['Taint', row.taint],
    ['Damage', row.damage.map((name) => html`${like('damage', name)} `)],
    ['Dump made', timeText(row.dumpedAt)],
    ['Read', timeText(row.finishedAt)],
    ['Size', `${row.sizeInBytes.toLocaleString('en')} bytes`],
    ['SHA-256 of samples', html`<code>${row.dump}</code>`],
    [
      'Modules',
      row.modules.length === 0
        ? null
        : html`<details><summary>${row.modules.length}</summary>${row.modules.map((name) => html`${like('module', name)} `)}</details>`,
    ],
  ]);
}
