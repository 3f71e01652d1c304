/** A choice kept for the next visit; null in private mode, or if none was made. */
export function readPreference(name: string): string | null {
  try {
    return window.localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** Keeps a choice where the browser lets it; otherwise the choice ends with the tab. */
export function writePreference(name: string, value: string): void {
  try {
    window.localStorage.setItem(name, value);
  } catch {
    // A private window refuses.
  }
}
