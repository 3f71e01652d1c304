/** A longer line goes on in the next one, so that no line is larger than an answer may be. */
const maxCharacters = 2000;

/** The lines, each in pieces of a size that fits an answer. */
export function linePieces(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    if (line.length <= maxCharacters) {
      return [line];
    }
    // By character, not by UTF-16 unit: half of a pair is no text.
    const characters = Array.from(line);
    const pieces: string[] = [];
    for (let at = 0; at < characters.length; at += maxCharacters) {
      const end = at + maxCharacters < characters.length ? ' …' : '';
      pieces.push(
        `${at === 0 ? '' : '… '}${characters.slice(at, at + maxCharacters).join('')}${end}`,
      );
    }
    return pieces;
  });
}
