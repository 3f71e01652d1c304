import { readPreference, writePreference } from '../model/preferences.ts';

/** What a key does. `show` is the letter of a view, typed after `g`. */
export type ShortcutAction =
  | { readonly does: 'help' | 'open' | 'filter' }
  | { readonly does: 'show'; readonly letter: string };

/** The keys that are not letters of views, with what they do. */
export const commonShortcuts: readonly (readonly [keys: string, does: string])[] = [
  ['?', 'shows these shortcuts'],
  ['o', 'opens files'],
  ['/', 'goes to the filter of a view'],
];

const secondKeyInMilliseconds = 1500;
const key = 'vmcorekit-shortcuts';

/** Reads keys that are typed one after the other: `g` waits for the letter of a view. */
export class ShortcutReader {
  #leaderAt: number = Number.NEGATIVE_INFINITY;

  /** @param now in milliseconds */
  read(typed: string, now: number): ShortcutAction | null {
    const isSecond = now - this.#leaderAt < secondKeyInMilliseconds;
    this.#leaderAt = Number.NEGATIVE_INFINITY;
    if (isSecond) {
      return { does: 'show', letter: typed };
    }
    switch (typed) {
      case 'g':
        this.#leaderAt = now;
        return null;
      case '?':
        return { does: 'help' };
      case 'o':
        return { does: 'open' };
      case '/':
        return { does: 'filter' };
      default:
        return null;
    }
  }
}

/**
 * Whether a key is meant for the page: fields, grids and menus use letters themselves, and keys
 * with a modifier belong to the browser.
 */
export function isForPage(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  const own = 'input, select, textarea, [contenteditable], [role="grid"], [role="tree"], dialog *';
  return (
    !(event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) &&
    event.key.length === 1 &&
    !(target instanceof Element && target.closest(own) !== null)
  );
}

/** Shortcuts of one key can be turned off, for those who speak to their computer. */
export function areShortcutsOn(): boolean {
  return readPreference(key) !== 'off';
}

export function setShortcuts(areOn: boolean): void {
  writePreference(key, areOn ? 'on' : 'off');
}
