/**
 * Breaks text at spaces into lines of at most `width` characters; a word that is longer is broken where it must. A no-break space holds
 * words together, and comes out as a space.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
    while (line.length > width) {
      lines.push(line.slice(0, width));
      line = line.slice(width);
    }
  }
  return [...lines, line].map((one) => one.replaceAll('\u00a0', ' '));
}
