/** A text of several lines as it stands in a source: without the first line end, and the indent. */
export function dedented(text: string): string {
  const lines = text.replace(/^\n/, '').split('\n');
  const [indent = ''] = /^ */.exec(lines[0] ?? '') ?? [];
  return lines
    .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line.trimStart()))
    .join('\n');
}
