// What every package.json of the repository says alike, from what its own says: the version, the
// ranges for each other, and of public ones the addresses. The root's package.json is the one place
// where version and repository are written; scripts/write-manifests.mjs carries them on.

/** The web address of the repository that the root's package.json names for git. */
export function webAddress({ repository }) {
  return repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
}

/** The manifest of one workspace, made to agree with the root's. `folder` is below the root. */
export function agreeing(manifest, folder, root) {
  const result = { ...manifest, version: root.version };
  for (const kind of ['dependencies', 'peerDependencies', 'devDependencies']) {
    if (manifest[kind] !== undefined) {
      result[kind] = Object.fromEntries(
        Object.entries(manifest[kind]).map(([name, range]) => [
          name,
          isOurs(name) ? `^${root.version}` : range,
        ]),
      );
    }
  }
  return manifest.private === true ? result : { ...result, ...published(folder, root) };
}

/** Packages that need a newer Node than the others. The fleet: pg-boss 12.38.0, its engines. */
const newerEngines = { 'packages/fleet': { node: '>=22.12' } };

/** What a public package says of its place and its publication. */
function published(directory, root) {
  const address = webAddress(root);
  return {
    license: root.license,
    engines: newerEngines[directory] ?? root.engines,
    homepage: `${address}/tree/main/${directory}#readme`,
    bugs: { url: `${address}/issues` },
    repository: { ...root.repository, directory },
    publishConfig: { access: 'public', provenance: true },
  };
}

/** What is wrong with a public manifest that cannot be put right out of the root's. */
export function faults(manifest) {
  const found = [];
  const { keywords = [], scripts = {}, peerDependencies = {}, dependencies = {} } = manifest;
  if (keywords.length < 4 || keywords[0] !== 'vmcorekit') {
    found.push('wants at least four keywords, vmcorekit first');
  }
  if (new Set(keywords).size !== keywords.length) {
    found.push('has a keyword twice');
  }
  if (Object.keys(scripts).length > 0) {
    found.push('has scripts: nothing may run where it is installed');
  }
  for (const [name, range] of Object.entries(dependencies)) {
    if (!isOurs(name) && !/^\d+\.\d+\.\d+$/.test(range)) {
      found.push(`depends on ${name} ${range}: others are taken by exact version`);
    }
  }
  const isComposer = manifest.name === 'vmcorekit';
  const isCore = manifest.name === '@vmcorekit/core';
  if (!isCore && !isComposer && peerDependencies['@vmcorekit/core'] === undefined) {
    found.push('does not take @vmcorekit/core as a peer');
  }
  return found;
}

export const isOurs = (name) => name === 'vmcorekit' || name.startsWith('@vmcorekit/');
