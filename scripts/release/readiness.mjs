import { changelogSection } from './changelog.mjs';

/**
 * Why a commit cannot be released, or undefined where it can. `changes` is what differs from the
 * commit, `tags` those that point to it.
 */
export function unreadiness({ version, changes, tags, changelog }) {
  if (changes !== '') {
    return `the work tree differs from the commit:\n${changes}`;
  }
  if (!tags.includes(`v${version}`)) {
    return `the commit has no tag v${version}: package.json says ${version}`;
  }
  return new RegExp(
    `^## \\[${version.replaceAll('.', '\\.')}\\] - \\d{4}-\\d\\d-\\d\\d$`,
    'm',
  ).test(changelog) && changelogSection(changelog, version) !== undefined
    ? undefined
    : `CHANGELOG.md has no section '## [${version}] - YYYY-MM-DD'`;
}
