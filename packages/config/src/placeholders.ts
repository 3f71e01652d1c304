/**
 * Replaces `{release}` by the kernel's release. The release comes from an untrusted dump and
 * becomes part of a path. So the result is null where it is not known, holds anything but letters,
 * digits and `._+~-`, or holds `..`.
 */
export function fillPlaceholders(text: string, release: string | null): string | null {
  if (!text.includes('{release}')) {
    return text;
  }
  return release !== null && /^[A-Za-z0-9._+~-]+$/.test(release) && !release.includes('..')
    ? text.replaceAll('{release}', release)
    : null;
}
