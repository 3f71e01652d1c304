import type { CallName, Calls } from '../../protocol/calls.ts';
import { isPluginKey } from './leave-out-plugins.ts';
import type { Hung } from './watch.ts';

/** A call that waits for its answer. */
export interface WaitingCall {
  readonly name: CallName;
  readonly given: Calls[CallName]['given'];
}

/** What is to be done about work that hung. */
export type HungJudgement =
  /** Run everything again without it: it is a part of a plug-in that others can do without. */
  | { readonly kind: 'leave-out'; readonly because: string }
  /** The calls that asked for it fail; all others are answered again. */
  | { readonly kind: 'fail'; readonly isMeant: (call: WaitingCall) => boolean };

/**
 * Judges work that hung. Heuristics, witnesses, formats, containers and codecs are left out from
 * now on, as the command goes on without them. An analyzer is the call itself.
 */
export function judgeHung(
  { what, limitInMilliseconds, isOfSearch }: Hung,
  waiting: readonly WaitingCall[],
  leftOut: Readonly<Record<string, string>>,
): HungJudgement {
  const analyzer = /^analyzer '(.*)'$/.exec(what)?.[1];
  if (analyzer !== undefined) {
    return {
      kind: 'fail',
      isMeant: ({ given }) => 'name' in given && given.name === analyzer,
    };
  }
  const when = isPluginKey(what) ? ' while it was loaded' : '';
  // A format or container that is asked for its files goes by its bare name.
  const isPart = isOfSearch || / '.*'$/.test(what) || waiting.some(({ name }) => name === 'open');
  return isPart && !Object.hasOwn(leftOut, what)
    ? { kind: 'leave-out', because: `hung for ${lengthOf(limitInMilliseconds)}${when}` }
    : { kind: 'fail', isMeant: () => true };
}

function lengthOf(milliseconds: number): string {
  return milliseconds < 1000
    ? `${Math.round(milliseconds)} ms`
    : `${Math.round(milliseconds / 1000)} s`;
}
