import { VmcorekitError } from '../errors.ts';

/** A step of a path: a member of a structure, a member through a pointer, or an element. */
export type PathStep =
  | { readonly kind: 'member' | 'arrow'; readonly name: string }
  | { readonly kind: 'element'; readonly index: number };

/** A path is typed by a person, and short. */
const maxLength = 1024;
const step = /(?:(\.|->)?([A-Za-z_]\w*)|\[(-?(?:0[xX][\da-fA-F]{1,13}|\d{1,15}))\])/y;

/** The steps of `tasks.next`, `[3]`, `mm->pgd`. Throws `usage` where a path is none. */
export function pathSteps(path: string): PathStep[] {
  const text = path.replaceAll(/\s+/g, '');
  const steps: PathStep[] = [];
  let at = 0;
  while (at < text.length && text.length <= maxLength) {
    step.lastIndex = at;
    const match = step.exec(text);
    if (match === null || (match[3] === undefined && match[1] === undefined && at > 0)) {
      break;
    }
    const [, mark, name, index] = match;
    steps.push(
      name === undefined
        ? { kind: 'element', index: numberIn(index ?? '0') }
        : { kind: mark === '->' ? 'arrow' : 'member', name },
    );
    at = step.lastIndex;
  }
  if (at < text.length || text === '') {
    throw new VmcorekitError('usage', {
      what: 'the path of a member',
      got: path,
      allowed: "names and elements, such as 'tasks.next', '[3]' and 'mm->pgd'",
    });
  }
  return steps;
}

function numberIn(digits: string): number {
  return digits.startsWith('-') ? -Number(digits.slice(1)) : Number(digits);
}
