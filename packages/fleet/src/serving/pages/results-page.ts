import { plainJson } from '@vmcorekit/report';
import type { FleetFilter, FleetRow } from 'vmcorekit/fleet';
import { resultsOf } from '../../asking/results.ts';
import type { Queryable } from '../../database/database.ts';
import { outcomes } from '../../store/outcome.ts';
import type { Page } from '../answer.ts';
import { type FilterField, filterFields, filterNames, filterOf, numberIn } from '../filter-of.ts';
import { type Html, html } from '../html.ts';
import { fileText, table, timeText } from '../layout.ts';
import { link } from '../link.ts';
import { withoutSecrets } from '../without-secrets.ts';

const pageSize = 50;

/** The results that the address chooses, the newest first. */
export async function resultsPage(database: Queryable, query: URLSearchParams): Promise<Page> {
  const filter = filterOf(query);
  const before = numberIn(query, 'before');
  const found: FleetRow[] = [];
  for await (const row of resultsOf(database, {
    ...filter,
    ...(before === undefined ? {} : { before }),
    limit: pageSize + 1,
  })) {
    found.push(row);
  }
  const rows = withoutSecrets(found.slice(0, pageSize));
  const next =
    found.length > pageSize
      ? link('/results', { ...valuesOf(query), before: rows.at(-1)?.number })
      : null;
  return {
    title: 'Results',
    section: '/results',
    body: html`${form(query, filter)}
${rows.length === 0 ? html`<p>No result is like that.</p>` : resultTable(rows)}
${next === null ? null : html`<p><a href="${next}" rel="next">Older results</a></p>`}`,
    data: { schema: 1, results: plainJson(rows), next },
  };
}

function valuesOf(query: URLSearchParams): Record<FilterField, string> {
  return Object.fromEntries(filterNames.map((name) => [name, query.get(name) ?? ''])) as Record<
    FilterField,
    string
  >;
}

function form(query: URLSearchParams, filter: FleetFilter): Html {
  const given = valuesOf(query);
  const isOpen = Object.values(given).some((value) => value !== '');
  return html`<details${isOpen ? html` open` : null}><summary>Choose results</summary>
<form action="/results" role="search" aria-label="Choose results">
${filterNames.map((name) => html`<label>${filterFields[name]}${field(name, given[name], filter)}</label>`)}
<button>Show</button>
</form></details>`;
}

function field(name: FilterField, value: string, { outcome }: FleetFilter): Html {
  if (name !== 'outcome') {
    return html`<input name="${name}" value="${value}" autocomplete="off">`;
  }
  const choices = Object.keys(outcomes).map((each) =>
    each === outcome ? html`<option selected>${each}</option>` : html`<option>${each}</option>`,
  );
  return html`<select name="outcome"><option value="">any</option>${choices}</select>`;
}

function resultTable(rows: readonly FleetRow[]): Html {
  return table(
    'Results',
    ['Dump', 'Outcome', 'Kernel', 'Why', 'Read at'],
    rows.map((row) => [
      html`<a href="/results/${row.number}">${fileText(row.files)}</a>`,
      outcomeText(row),
      row.release,
      html`<span class="text block">${row.because ?? row.panic ?? row.damage.join(', ')}</span>`,
      timeText(row.finishedAt),
    ]),
  );
}

/** The outcome; one that is no success stands out. */
export function outcomeText({ outcome, confidence }: FleetRow): Html {
  return outcome === 'read'
    ? html`${confidence === 'none' ? 'read, no kernel' : `read, ${confidence}`}`
    : html`<span class="bad">${outcome}</span>`;
}
