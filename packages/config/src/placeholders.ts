/**
 * Puts the kernel's release for `{release}`. The release comes from the dump, that is from a
 * stranger, and becomes part of a path: null where it is not known, or holds anything but letters,
 * digits and `._+~-`, or `..`.
 */
export function fillPlaceholders(text: string, release: string | null): string | null {
  if (!text.includes('{release}')) {
    return text;
  }
  return release !== null && /^[A-Za-z0-9._+~-]+$/.test(release) && !release.includes('..')
    ? text.replaceAll('{release}', release)
    : null;
}
