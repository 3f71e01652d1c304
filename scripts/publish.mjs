// Publishes the tarballs of a release to npm: node scripts/publish.mjs FOLDER
// The command's comes last, so that all it depends on is there before it. What is published already
// is passed over, so a run that broke off can be started again.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { publicWorkspaces, rootManifest } from './release/workspaces.mjs';

const [folder = 'release'] = process.argv.slice(2);
const { version } = rootManifest();
const names = publicWorkspaces().map(({ manifest }) => manifest.name);
const ordered = [...names.filter((name) => name !== 'vmcorekit'), 'vmcorekit'];
const there = new Set(readdirSync(folder));
const missing = ordered.filter((name) => !there.has(tarballOf(name)));
if (missing.length > 0) {
  fail(`${folder} has no tarball of ${missing.join(', ')}`);
}
for (const name of ordered) {
  if (npm(['view', `${name}@${version}`, 'version'], 'pipe').stdout.trim() === version) {
    process.stdout.write(`${name}@${version}: published already\n`);
    continue;
  }
  const words = ['publish', join(folder, tarballOf(name)), '--access', 'public', '--provenance'];
  // A version like 1.0.0-rc.1 is not what npm installs where none is named.
  const tag = version.includes('-') ? ['--tag', 'next'] : [];
  if (npm([...words, ...tag], 'inherit').status !== 0) {
    fail(`${name}@${version} was not published`);
  }
}

function tarballOf(name) {
  return `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
}

function npm(words, stdout) {
  return spawnSync('npm', words, { encoding: 'utf8', stdio: ['ignore', stdout, 'inherit'] });
}

function fail(complaint) {
  process.stderr.write(`publish: ${complaint}\n`);
  process.exit(1);
}
