/**
 * What the changelog says of a version, without its heading, or undefined where it says nothing.
 * `version` may be Unreleased.
 */
export function changelogSection(changelog, version) {
  const sections = changelog.split(/^(?=## \[)/m).slice(1);
  const section = sections.find((text) => text.startsWith(`## [${version}]`));
  const body = section
    ?.slice(section.indexOf('\n'))
    .replace(/^\[[^\]]+\]: .*$/gm, '')
    .trim();
  return body === '' || body === undefined ? undefined : `${body}\n`;
}
