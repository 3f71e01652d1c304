import { isVmcorekitError } from '@vmcorekit/core';
import type { Answers } from './ask.ts';
import { compareAnswers } from './compare-answers.ts';

const mostListed = 3;
/** A search that follows a lost table reads each page of memory once. */
const pagesForSearch = 1.2;

/**
 * What is wrong with answers on a damaged dump: a command that fails, or says something else than
 * on the whole dump. To say less is right. `pagesInDump` bounds what may be read.
 */
export function faultsOf(whole: Answers, damaged: Answers, pagesInDump: number): readonly string[] {
  const faults: string[] = [];
  for (const [name, known] of whole.byName) {
    const answer = damaged.byName.get(name);
    if ('failure' in known || answer === undefined) {
      continue;
    }
    if ('failure' in answer) {
      faults.push(`${name} fails: ${answer.failure}`);
      continue;
    }
    const wrong = compareAnswers(known.data, answer.data).filter(({ kind }) => kind !== 'absent');
    faults.push(
      ...wrong
        .slice(0, mostListed)
        .map((each) => `${name}, ${each.at}: ${each.damaged}, not ${each.whole}`),
    );
  }
  if (damaged.pagesRead > Math.max(2 * whole.pagesRead, pagesForSearch * pagesInDump)) {
    faults.push(`reads ${damaged.pagesRead} pages, where the whole dump takes ${whole.pagesRead}`);
  }
  return faults;
}

/** Errors of a kind that names what is wrong; all others are faults of the program. */
export function isNamedError(error: unknown): boolean {
  const kinds = ['truncated', 'malformed', 'unsupported', 'unknown-format', 'io'] as const;
  return kinds.some((kind) => isVmcorekitError(error, kind));
}
