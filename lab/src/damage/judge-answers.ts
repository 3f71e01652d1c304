import { isVmcorekitError } from '@vmcorekit/core';
import type { Answers } from './ask.ts';
import { compareAnswers } from './compare-answers.ts';

const mostListed = 3;
/** A search that follows a lost table reads each page of memory once. */
const pagesForSearch = 1.2;

/**
 * What is wrong with answers on a dump of which pages are lost: a command that fails, or says
 * something else than on the whole dump, or reads too much. To say less is right.
 */
export function faultsOf(whole: Answers, damaged: Answers, pagesInDump: number): readonly string[] {
  return [
    ...failuresOf(whole, damaged),
    ...inventionsOf(whole, damaged),
    ...costOf(whole, damaged, pagesInDump),
  ];
}

/** The commands that fail, though they answer on the whole dump. */
export function failuresOf(whole: Answers, damaged: Answers): readonly string[] {
  return [...damaged.byName].flatMap(([name, answer]) => {
    const known = whole.byName.get(name);
    return 'failure' in answer && known !== undefined && !('failure' in known)
      ? [`${name} fails: ${answer.failure}`]
      : [];
  });
}

/** What the answers say that they do not say on the whole dump. */
export function inventionsOf(whole: Answers, damaged: Answers): readonly string[] {
  return [...damaged.byName].flatMap(([name, answer]) => {
    const known = whole.byName.get(name);
    return 'failure' in answer || known === undefined || 'failure' in known
      ? []
      : compareAnswers(known.data, answer.data)
          .filter(({ kind }) => kind !== 'absent')
          .slice(0, mostListed)
          .map((each) => `${name}, ${each.at}: ${each.damaged}, not ${each.whole}`);
  });
}

/** Whether more was read than `pagesInDump` and the whole dump allow. */
export function costOf(whole: Answers, damaged: Answers, pagesInDump: number): readonly string[] {
  return damaged.pagesRead > Math.max(2 * whole.pagesRead, pagesForSearch * pagesInDump)
    ? [`reads ${damaged.pagesRead} pages, where the whole dump takes ${whole.pagesRead}`]
    : [];
}

/** Errors of a kind that names what is wrong; all others are faults of the program. */
export function isNamedError(error: unknown): boolean {
  const kinds = ['truncated', 'malformed', 'unsupported', 'unknown-format', 'io'] as const;
  return kinds.some((kind) => isVmcorekitError(error, kind));
}
