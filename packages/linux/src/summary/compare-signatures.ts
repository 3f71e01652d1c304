import type { CrashSignature } from './signature.ts';

/** What of a signature a comparison reads: a stored one may have no more. */
export type ComparedSignature = Pick<
  CrashSignature,
  'scheme' | 'kind' | 'message' | 'functions' | 'isWhole' | 'text'
>;

/** How like two crashes are. */
export interface SignatureLikeness {
  /** From 0, nothing in common, to 1, which only two whole signatures of one text have. */
  readonly score: number;
  /** Why, a phrase each, the weightiest first. */
  readonly reasons: readonly string[];
}

/** Parts of a score, in hundredths: what a stack says outweighs what a line says. */
const points = { kind: 15, message: 25, functions: 60 } as const;
/** A score without functions is of crashes that may have nothing in common but their line. */
const maxWithoutFunctions = 40;
const maxUnequal = 99;
const wordBreak = /[^\w]+/;

/**
 * Compares two crashes: kind, message and functions. Functions nearer to the crash weigh more, and
 * one that a compiler put into its caller costs only itself. The order of the two does not matter.
 */
export function compareSignatures(
  one: ComparedSignature,
  other: ComparedSignature,
): SignatureLikeness {
  const isSameKind = one.kind === other.kind;
  const isSame = one.text === other.text && isSameKind && one.scheme === other.scheme;
  if (isSame && one.isWhole && other.isWhole) {
    return { score: 1, reasons: ['same signature', ...functionReasons(one, other)] };
  }
  const line =
    (isSameKind ? points.kind : 0) + points.message * likenessOfText(one.message, other.message);
  const hasFunctions = one.functions.length > 0 && other.functions.length > 0;
  const sum = hasFunctions
    ? Math.min(line + points.functions * likenessOfFunctions(one, other), maxUnequal)
    : Math.min(line, maxWithoutFunctions);
  return {
    score: Math.round(sum) / 100,
    reasons: [
      ...functionReasons(one, other),
      isSameKind ? `same kind: ${one.kind}` : `other kind: ${one.kind}, ${other.kind}`,
      ...(one.message === other.message
        ? [`same message: ${one.message}`]
        : [`other message: ${one.message}, ${other.message}`]),
      ...(one.scheme === other.scheme
        ? []
        : [
            `made by schemes ${one.scheme} and ${other.scheme}, which may name functions otherwise`,
          ]),
    ],
  };
}

function functionReasons(one: ComparedSignature, other: ComparedSignature): string[] {
  const [[top], [otherTop]] = [one.functions, other.functions];
  if (top === undefined || otherTop === undefined) {
    const isNeeded = !one.isWhole || !other.isWhole;
    return isNeeded ? ['the stack of one is not known'] : [];
  }
  const equal = commonOrder(one.functions, other.functions, () => 1);
  const most = Math.max(one.functions.length, other.functions.length);
  return [
    top === otherTop
      ? `same function at the top: ${top}`
      : `other function at the top: ${top}, ${otherTop}`,
    `${equal} of ${most} functions equal, in this order`,
  ];
}

/** From 0 to 1. */
function likenessOfFunctions(one: ComparedSignature, other: ComparedSignature): number {
  const whole = Math.max(weightOf(one.functions), weightOf(other.functions));
  return (
    commonOrder(one.functions, other.functions, (index, otherIndex) =>
      Math.min(weightAt(index), weightAt(otherIndex)),
    ) / whole
  );
}

function weightAt(index: number): number {
  return 1 / (index + 1);
}

function weightOf(functions: readonly string[]): number {
  return functions.reduce((sum, _, index) => sum + weightAt(index), 0);
}

/** The heaviest functions that both have in the same order: a longest common subsequence. */
function commonOrder(
  one: readonly string[],
  other: readonly string[],
  weight: (index: number, otherIndex: number) => number,
): number {
  let below: number[] = Array.from({ length: other.length + 1 }, () => 0);
  for (let index = one.length - 1; index >= 0; index--) {
    const row: number[] = Array.from({ length: other.length + 1 }, () => 0);
    for (let at = other.length - 1; at >= 0; at--) {
      const both = one[index] === other[at] ? weight(index, at) + (below[at + 1] ?? 0) : 0;
      row[at] = Math.max(both, below[at] ?? 0, row[at + 1] ?? 0);
    }
    below = row;
  }
  return below[0] ?? 0;
}

/** The part of the words that both have, from 0 to 1. */
function likenessOfText(one: string, other: string): number {
  if (one === other) {
    return 1;
  }
  const [words, others] = [one, other].map(
    (text) =>
      new Set(
        text
          .toLowerCase()
          .split(wordBreak)
          .filter((word) => word !== ''),
      ),
  ) as [Set<string>, Set<string>];
  const all = new Set([...words, ...others]).size;
  return all === 0 ? 0 : [...words].filter((word) => others.has(word)).length / all;
}
