import { isDeepStrictEqual } from 'node:util';

/** How an answer on a damaged dump differs from that on the whole one. */
export interface AnswerDifference {
  /** Where: `tasks[12].comm`. */
  readonly at: string;
  /**
   * `absent`: the damaged dump says less. `other`: it says something else. `more`: it has what the
   * whole one has not.
   */
  readonly kind: 'absent' | 'other' | 'more';
  readonly whole: string;
  readonly damaged: string;
}

/** What an answer says about itself. It must differ where something is lost. */
const aboutItself: ReadonlySet<string> = new Set([
  ...['doubts', 'remarks', 'seenBy', 'hidden', 'sources', 'because', 'missing', 'isGuess'],
  // Groups of equal stacks, which `bt` has one by one.
  'blocked',
  ...['end', 'by', 'lost', 'from', 'detail', 'headerTime', 'memoryInDump', 'unknown', 'isComplete'],
]);
/** What names an element of a list, the best first. */
const names = [
  ...['address', 'task', 'mount', 'fd', 'start', 'sequence', 'number', 'pid', 'id', 'name', 'cpu'],
];
const mostListed = 200;

/**
 * The differences between two answers as JSON has them. An element of a list is compared with the
 * one that has the same name.
 */
export function compareAnswers(whole: unknown, damaged: unknown): readonly AnswerDifference[] {
  const found: AnswerDifference[] = [];
  compare(whole, damaged, '', found);
  return found;
}

function compare(whole: unknown, damaged: unknown, at: string, found: AnswerDifference[]): void {
  if (found.length >= mostListed || isDeepStrictEqual(whole, damaged)) {
    return;
  }
  const add = (kind: AnswerDifference['kind']) =>
    found.push({ at, kind, whole: brief(whole), damaged: brief(damaged) });
  if (damaged === null || damaged === undefined) {
    add('absent');
  } else if (whole === null || whole === undefined) {
    add('more');
  } else if (Array.isArray(whole) && Array.isArray(damaged)) {
    compareLists(whole, damaged, at, found);
  } else if (isRecord(whole) && isRecord(damaged)) {
    const isCounted = typeof damaged.unknown === 'number' && damaged.unknown !== whole.unknown;
    for (const key of new Set([...Object.keys(whole), ...Object.keys(damaged)])) {
      // What is not known is counted, and missing from the other counts.
      if (!aboutItself.has(key) && !isCounted) {
        compare(whole[key], damaged[key], at === '' ? key : `${at}.${key}`, found);
      }
    }
  } else {
    add(saysLess(whole, damaged) ? 'absent' : 'other');
  }
}

/** Marks of what is lost, within a text. */
function saysLess(whole: unknown, damaged: unknown): boolean {
  return (
    typeof whole === 'string' &&
    typeof damaged === 'string' &&
    damaged.includes('…') &&
    damaged.split('…').every((part) => whole.includes(part))
  );
}

function compareLists(
  whole: readonly unknown[],
  damaged: readonly unknown[],
  at: string,
  found: AnswerDifference[],
): void {
  const nameOf = namer([...whole, ...damaged]);
  const left = new Map<string, unknown[]>();
  for (const each of whole) {
    const name = nameOf(each);
    left.set(name, [...(left.get(name) ?? []), each]);
  }
  for (const each of damaged) {
    if (isRecord(each) && (each.isGuess === true || 'lost' in each)) {
      continue;
    }
    const name = nameOf(each);
    if (name === '"?"') {
      continue;
    }
    const twin = left.get(name)?.shift();
    compare(twin, each, `${at}[${name}]`, found);
  }
  for (const [name, lost] of left) {
    for (const each of lost) {
      compare(each, undefined, `${at}[${name}]`, found);
    }
  }
}

/** What each element of a list is called. */
function namer(elements: readonly unknown[]): (element: unknown) => string {
  const name = names.find((each) =>
    elements.every((element) => isRecord(element) && isName(element[each])),
  );
  return name === undefined
    ? (element) => brief(element)
    : (element) => String((element as Record<string, unknown>)[name]);
}

function isName(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= 160 ? text : `${text.slice(0, 157)}…`;
}
