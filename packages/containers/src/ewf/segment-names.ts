const firstSegment = /^(.*\.)([es])01$/i;
const numbered = 99;
const letters = 26;

/** Names the segments of a set by their numbers; undefined for numbers that have no name. */
export type SegmentNames = (number: number) => string | undefined;

/** The plain name of a file, without its folder. */
export function plainName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/**
 * How the segments of a set are called whose first is called so: `.E01` to `.E99`, `.EAA` to
 * `.EZZ`, `.FAA` to `.ZZZ`; SMART's begin with `.s01`. Undefined where the name is another.
 */
export function segmentNamesAfter(firstName: string): SegmentNames | undefined {
  const [, base, letter] = firstSegment.exec(firstName) ?? [];
  if (base === undefined || letter === undefined) {
    return undefined;
  }
  const a = letter < 'a' ? 'A' : 'a';
  const at = (from: string, index: number): string =>
    String.fromCharCode(from.charCodeAt(0) + index);
  const firsts = a.charCodeAt(0) + letters - letter.charCodeAt(0);
  return (number) => {
    if (number <= numbered) {
      return `${base}${letter}${String(number).padStart(2, '0')}`;
    }
    const index = number - numbered - 1;
    const first = Math.floor(index / letters ** 2);
    return first >= firsts
      ? undefined
      : `${base}${at(letter, first)}${at(a, Math.floor(index / letters) % letters)}${at(a, index % letters)}`;
  };
}
