import { plainJson } from '@vmcorekit/report';
import { type Group, type GroupKey, groupsOf } from '../../asking/groups.ts';
import type { Queryable } from '../../database/database.ts';
import type { Page } from '../answer.ts';
import { BadRequest } from '../bad-request.ts';
import { type Html, html } from '../html.ts';
import { table, timeText } from '../layout.ts';
import { link } from '../link.ts';
import { withoutSecrets } from '../without-secrets.ts';

const pageSize = 50;

/** The crashes by signature, the most frequent first: all, or those first seen this week. */
export async function groupsPage(
  database: Queryable,
  section: '/' | '/new',
  query: URLSearchParams,
): Promise<Page> {
  const isNew = section === '/new';
  const found = await groupsOf(database, {
    isNew,
    after: keyIn(query.get('after') ?? ''),
    limit: pageSize + 1,
  });
  const groups = withoutSecrets(found.slice(0, pageSize));
  const last = found.length > pageSize ? found[pageSize - 1] : undefined;
  const next =
    last === undefined ? null : link(section, { after: `${last.dumps}.${last.signature}` });
  const title = isNew ? 'New this week' : 'Crashes by signature';
  return {
    title,
    section,
    body: html`${groups.length === 0 ? html`<p>${emptyText(isNew)}</p>` : groupTable(title, groups)}
${next === null ? null : html`<p><a href="${next}" rel="next">More</a></p>`}`,
    data: { schema: 1, groups: plainJson(groups), next },
  };
}

function emptyText(isNew: boolean): string {
  return isNew
    ? 'No signature was first seen in the last 7 days.'
    : 'No dump with a crash was read yet.';
}

function groupTable(label: string, groups: readonly Group[]): Html {
  return table(
    label,
    ['Crash', 'Dumps', 'This week', 'Last seen', 'First seen', 'Kernels'],
    groups.map((group) => [
      html`<a class="text block" href="${link('/results', { signature: group.signature })}"
        >${group.panic ?? group.signatureText ?? group.signature}</a
      ><code class="muted">${group.signature}</code>`,
      group.dumps,
      trendText(group),
      timeText(group.lastSeen),
      timeText(group.firstSeen),
      html`<span class="text block">${group.releases.join(', ')}</span>`,
    ]),
  );
}

/** This week beside the week before, in words that need no colour. */
export function trendText({
  thisWeek,
  weekBefore,
}: Pick<Group, 'thisWeek' | 'weekBefore'>): string {
  if (thisWeek === weekBefore) {
    return thisWeek === 0 ? 'none' : `${thisWeek}, as the week before`;
  }
  return `${thisWeek}, ${thisWeek > weekBefore ? 'up' : 'down'} from ${weekBefore}`;
}

function keyIn(text: string): GroupKey | undefined {
  if (text === '') {
    return undefined;
  }
  const [, digits, signature] = /^([1-9]\d{0,14})\.([\w-]{1,200})$/.exec(text) ?? [];
  if (digits === undefined || signature === undefined) {
    throw new BadRequest(400, 'after: wanted the key that the page before gave');
  }
  return { dumps: Number(digits), signature };
}
