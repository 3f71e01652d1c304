import type { Answers } from './ask.ts';
import { type AnswerDifference, compareAnswers } from './compare-answers.ts';
import { ownValueOf } from './own-values.ts';

const mostListed = 3;

/** What became of the values that differ on a dump of which bytes changed. */
export interface JudgedChanges {
  /** Values that say of themselves, or that a remark names, how many. */
  readonly marked: number;
  /** Values that only the changed bytes hold: where, and how many. */
  readonly own: ReadonlyMap<string, number>;
  /** A sentence each: values that are other, and nothing says so. */
  readonly faults: readonly string[];
}

/**
 * Sorts what differs on a dump of which bytes changed. Bytes that changed are another machine's
 * truth, so a value may be other; but then the dump must not contradict it in silence.
 *
 * 1. Less than on the whole dump is right: missing, null, or cut with `…`.
 * 2. A value is marked where what holds it has a doubt, a reason or a guess that the whole dump's
 *    has not. A remark marks what it names, and what stands in no list.
 * 3. A value is the bytes' own where no second place in the dump has it: `own-values.ts` lists
 *    these, with the reason.
 * 4. Everything else is wrong.
 */
export function judgeChanges(whole: Answers, damaged: Answers): JudgedChanges {
  const faults: string[] = [];
  const own = new Map<string, number>();
  let marked = 0;
  for (const [name, known] of whole.byName) {
    const answer = damaged.byName.get(name);
    if ('failure' in known || answer === undefined || 'failure' in answer) {
      continue;
    }
    const remarks = answer.remarks.filter((remark) => !known.remarks.includes(remark));
    const wrong: AnswerDifference[] = [];
    for (const each of compareAnswers(known.data, answer.data)) {
      if (each.kind === 'absent') {
        continue;
      }
      if (each.isMarked || isNamedBy(remarks, each)) {
        marked += 1;
      } else if (ownValueOf(name, each) === undefined) {
        wrong.push(each);
      } else {
        const at = `${name} ${each.at.replace(/\[[^\]]*\](?:"\])?/g, '[]')}`;
        own.set(at, (own.get(at) ?? 0) + 1);
      }
    }
    faults.push(
      ...wrong
        .slice(0, mostListed)
        .map((each) => `${name}, ${each.at}: ${each.damaged}, not ${each.whole}`),
      ...(wrong.length > mostListed ? [`${name}: ${wrong.length - mostListed} more values`] : []),
    );
  }
  return { marked, own, faults };
}

/** Whether a remark is about the element of a list that holds the difference. */
function isNamedBy(remarks: readonly string[], { at }: AnswerDifference): boolean {
  const names = [...at.matchAll(/\[([^\]]+)\]/g)].map(([, name = '']) => name);
  return names.length === 0
    ? remarks.length > 0
    : remarks.some((remark) => names.some((name) => name.length > 1 && remark.includes(name)));
}
