/** Names whose lengths differ by more are never compared. */
const maxLengthDifference = 8;

/**
 * The known name that a mistyped one most likely means; undefined where none is near. Reads a
 * kernel's 200,000 symbols in a tenth of a second: most are given up after a few letters.
 */
export function nearestName(given: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(given.length / 3)) + 1;
  const distances = new EditDistances(given);
  for (const name of known) {
    const distance =
      name.startsWith(given) && given.length >= 3 ? 1 : distances.to(name, bestDistance);
    if (distance < bestDistance && distance < name.length) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distances from one name. */
class EditDistances {
  readonly #codes: Uint16Array;
  readonly #previous: Uint32Array;
  readonly #current: Uint32Array;

  constructor(from: string) {
    this.#codes = Uint16Array.from({ length: from.length }, (_, at) => from.charCodeAt(at));
    this.#previous = new Uint32Array(from.length + 1);
    this.#current = new Uint32Array(from.length + 1);
  }

  /** The distance to a name where it is below the limit; else some number that is not. */
  to(name: string, limit: number): number {
    const codes = this.#codes;
    const { length } = codes;
    const difference = Math.abs(length - name.length);
    if (difference > maxLengthDifference || difference >= limit) {
      return limit;
    }
    let previous = this.#previous;
    let current = this.#current;
    for (let column = 0; column <= length; column++) {
      previous[column] = column;
    }
    for (let row = 1; row <= name.length; row++) {
      const code = name.charCodeAt(row - 1);
      let left = row;
      let least = row;
      current[0] = row;
      for (let column = 1; column <= length; column++) {
        const replaced = (previous[column - 1] ?? 0) + (codes[column - 1] === code ? 0 : 1);
        left = Math.min(replaced, (previous[column] ?? 0) + 1, left + 1);
        current[column] = left;
        least = Math.min(least, left);
      }
      // No row has a smaller number than the smallest of the row before.
      if (least >= limit) {
        return limit;
      }
      [previous, current] = [current, previous];
    }
    return previous[length] ?? limit;
  }
}
