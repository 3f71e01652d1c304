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
  /** Whether what holds it says of itself, unlike on the whole dump, that something is wrong. */
  readonly isMarked: boolean;
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
/** By these a part of an answer says that something is wrong with it. */
const marks = ['doubts', 'missing', 'isGuess', 'lost', 'because', 'detail', 'unknown'];
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
  compare(whole, damaged, { at: '', isMarked: false }, found);
  return found;
}

/** Where a comparison is. */
interface Place {
  readonly at: string;
  /** Whether anything around it is marked. */
  readonly isMarked: boolean;
}

function compare(whole: unknown, damaged: unknown, around: Place, found: AnswerDifference[]): void {
  if (found.length >= mostListed || isDeepStrictEqual(whole, damaged)) {
    return;
  }
  const { at } = around;
  const isMarked = around.isMarked || hasNewMark(whole, damaged);
  const add = (kind: AnswerDifference['kind']) =>
    found.push({ at, kind, isMarked, whole: brief(whole), damaged: brief(damaged) });
  if (damaged === null || damaged === undefined) {
    add('absent');
  } else if (whole === null || whole === undefined) {
    add('more');
  } else if (Array.isArray(whole) && Array.isArray(damaged)) {
    compareLists(whole, damaged, { at, isMarked }, found);
  } else if (isRecord(whole) && isRecord(damaged)) {
    const isCounted = typeof damaged.unknown === 'number' && damaged.unknown !== whole.unknown;
    for (const key of new Set([...Object.keys(whole), ...Object.keys(damaged)])) {
      // What is not known is counted, and missing from the other counts.
      if (!aboutItself.has(key) && !isCounted) {
        const within = at === '' ? key : `${at}.${key}`;
        compare(whole[key], damaged[key], { at: within, isMarked }, found);
      }
    }
  } else {
    add(saysLess(whole, damaged) ? 'absent' : 'other');
  }
}

function hasNewMark(whole: unknown, damaged: unknown): boolean {
  return (
    isRecord(damaged) &&
    marks.some((key) => {
      const mark = damaged[key];
      const isEmpty = mark === undefined || mark === null || mark === false || mark === 0;
      return (
        !isEmpty &&
        !(Array.isArray(mark) && mark.length === 0) &&
        !isDeepStrictEqual(mark, isRecord(whole) ? whole[key] : undefined)
      );
    })
  );
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
  { at, isMarked }: Place,
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
    // A text that lost a page within it is two, each cut where the page was.
    if (twin === undefined && whole.some((one) => saysLess(one, each))) {
      continue;
    }
    compare(twin, each, { at: `${at}[${name}]`, isMarked }, found);
  }
  for (const [name, lost] of left) {
    for (const each of lost) {
      compare(each, undefined, { at: `${at}[${name}]`, isMarked }, found);
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
