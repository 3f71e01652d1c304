/**
 * Breaks text at spaces into lines of at most `width` characters; a word that is longer is broken
 * where it must. A no-break space holds words together, and comes out as a space. A number is never
 * broken, for half of it reads as another number: one that is longer than a line stands alone in a
 * longer one.
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
    for (let end = breakIn(line, width); end < line.length; end = breakIn(line, width)) {
      lines.push(line.slice(0, end));
      line = line.slice(end);
    }
  }
  return [...lines, line].map((one) => one.replaceAll('\u00a0', ' '));
}

const numbers = /[-+]?(?:0x[\da-f]+|\d[\da-f]*)/gi;

/**
 * Where a word of more than `width` characters is broken: there, before the number there, or after
 * it where the word begins with it.
 */
function breakIn(word: string, width: number): number {
  if (word.length <= width) {
    return word.length;
  }
  for (const { index, 0: number } of word.matchAll(numbers)) {
    if (index < width && width < index + number.length) {
      return index > 0 ? index : number.length;
    }
  }
  return width;
}
