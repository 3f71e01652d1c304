import { printable, type ReportTable } from '@vmcorekit/core';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const maxRows = 2000;

/** Text as HTML shows it. No character of it becomes markup, and none steers the page. */
export function htmlText(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** Lines as they are, in a fixed width. */
export function htmlLines(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `<pre>${lines.map(htmlText).join('\n')}</pre>`;
}

/** A table of at most 2,000 rows; a line says how many more there are. */
export function htmlTable({ heads, cells }: ReportTable): string {
  const row = (tag: 'td' | 'th', texts: readonly string[]) =>
    `<tr>${texts.map((text) => `<${tag}>${htmlText(text)}</${tag}>`).join('')}</tr>`;
  const head = row(
    'th',
    heads.map(({ title }) => title),
  );
  const body = cells.slice(0, maxRows).map((each) => row('td', each));
  const more = cells.length - maxRows;
  return [
    `<table><thead>${head}</thead><tbody>${body.join('')}</tbody></table>`,
    ...(more > 0 ? [htmlLines([`and ${more} more`])] : []),
  ].join('');
}

/** A picture of its own: what it holds cannot reach the page, and its scripts do not run. */
export function htmlPicture(svg: string): string {
  const whole = svg.replace(/\p{Cs}/gu, '\ufffd');
  return `<img alt="" src="data:image/svg+xml,${encodeURIComponent(whole).replaceAll("'", '%27')}">`;
}
