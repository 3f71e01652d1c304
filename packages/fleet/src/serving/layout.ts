import type { Page } from './answer.ts';
import { type Child, type Html, html } from './html.ts';

const sections = {
  '/': 'Crashes',
  '/new': 'New this week',
  '/results': 'Results',
  '/queue': 'Queue',
} as const;

/** A whole document around a page. It needs no script. */
export function documentOf({ title, section, body }: Omit<Page, 'data'>): string {
  const menu = Object.entries(sections).map(([path, name]) =>
    path === section
      ? html`<a href="${path}" aria-current="page">${name}</a>`
      : html`<a href="${path}">${name}</a>`,
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - vmcorekit fleet</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header><span class="name">vmcorekit fleet</span><nav aria-label="Pages">${menu}</nav></header>
<main id="main" tabindex="-1">
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`.text;
}

/** A table that scrolls by itself where the window is narrow. */
export function table(
  label: string,
  titles: readonly string[],
  rows: readonly (readonly Child[])[],
): Html {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table>
<thead><tr>${titles.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody>
</table></div>`;
}

/** Names and values; those without a value are left out. */
export function factList(rows: readonly (readonly [name: string, value: Child])[]): Html {
  const known = rows.filter(
    ([, value]) => value != null && value !== '' && !(Array.isArray(value) && value.length === 0),
  );
  return html`<dl>${known.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** A time that was stored as ISO 8601, to the minute. */
export function timeText(iso: string | null): Html | null {
  return iso === null
    ? null
    : html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

/** The first file of a dump, by its name; the whole path is its title. */
export function fileText(files: readonly string[]): Html {
  const [file] = files;
  return file === undefined
    ? html`no path any more`
    : html`<span title="${file}">${file.slice(file.lastIndexOf('/') + 1)}</span>`;
}

/** Seconds for people: 12 s, 5 min, 3 h, 4 days. */
export function ageText(seconds: number | null): string | null {
  if (seconds === null) {
    return null;
  }
  for (const [unit, size] of [
    ['days', 86_400],
    ['h', 3600],
    ['min', 60],
  ] as const) {
    if (seconds >= 2 * size) {
      return `${Math.floor(seconds / size)} ${unit}`;
    }
  }
  return `${Math.max(0, Math.floor(seconds))} s`;
}
