/** A text of several lines in a source, without its first line end and its indent. */
export function dedented(text: string): string {
  const lines = text.replace(/^\n/, '').split('\n');
  const [indent = ''] = /^ */.exec(lines[0] ?? '') ?? [];
  return lines
    .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line.trimStart()))
    .join('\n');
}
