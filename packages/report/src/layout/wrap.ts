/**
 * Breaks text at spaces into lines of at most `width` characters. A no-break space holds words
 * together and comes out as a space. A longer word is broken only outside numbers, paths, releases
 * and build IDs: half of one reads as another, and cannot be pasted. Such a token may make a line
 * longer than `width`.
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

/** What may be a token that is never broken; it is one where it holds a digit or a slash. */
const tokens = /[\p{L}\p{N}_/.:@+~=-]+/gu;

/** How long the longest token is that `wrap` never breaks; 0 if there is none. */
export function longestToken(text: string): number {
  return [...text.matchAll(tokens)]
    .filter(([token]) => isWhole(token))
    .reduce((most, [token]) => Math.max(most, token.length), 0);
}

function isWhole(token: string): boolean {
  return /[\d/]/.test(token);
}

/**
 * Where a word of more than `width` characters is broken: there, before the token there, or after
 * it where the word begins with it.
 */
function breakIn(word: string, width: number): number {
  if (word.length <= width) {
    return word.length;
  }
  for (const { index, 0: token } of word.matchAll(tokens)) {
    if (index >= width) {
      break;
    }
    if (width < index + token.length && isWhole(token)) {
      return index > 0 ? index : token.length;
    }
  }
  return width;
}

/**
 * The beginning of a text, at most `width` characters where its words allow. It ends after a clause
 * if one ends in its second half, else after a word; then follows an ellipsis.
 */
export function shorten(text: string, width: number): string {
  if (text.length <= width) {
    return text;
  }
  const [first = ''] = wrap(text, width - ' …'.length);
  const [clause = ''] = /^.*(?=[,;:](?: |$))/.exec(first) ?? [];
  return `${(clause.length > width / 2 ? clause : first).replace(/[\s,;:(]+$/, '')} …`;
}
