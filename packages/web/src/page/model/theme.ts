import { readPreference, writePreference } from './preferences.ts';

/** `auto` is what the system shows. */
export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const key = 'vmcorekit-theme';

/** The theme of the last visit. */
export function keptTheme(): Theme {
  const kept = readPreference(key);
  return themes.find((theme) => theme === kept) ?? 'auto';
}

/** Shows a theme, and keeps it for the next visit. */
export function showTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === 'auto') {
    delete dataset.theme;
  } else {
    dataset.theme = theme;
  }
  writePreference(key, theme);
}
