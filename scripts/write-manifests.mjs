// Carries version, licence and addresses of the root's package.json on to every other, and to the
// lock file. With --check it changes nothing, and fails where something does not agree.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { agreeing, faults } from './release/manifest.mjs';
import { rootFolder, rootManifest, workspaces } from './release/workspaces.mjs';

const isCheck = process.argv.includes('--check');
const root = rootManifest();
const complaints = [];
for (const { folder, manifest } of workspaces()) {
  const right = agreeing(manifest, folder, root);
  const file = `${folder}/package.json`;
  if (JSON.stringify(right) !== JSON.stringify(manifest)) {
    if (isCheck) {
      complaints.push(`${file}: does not agree with package.json: run scripts/write-manifests.mjs`);
    } else {
      writeFileSync(`${rootFolder}${file}`, `${JSON.stringify(right, null, 2)}\n`);
    }
  }
  if (manifest.private !== true) {
    complaints.push(...faults(manifest).map((fault) => `${file}: ${fault}`));
  }
}
if (!isCheck) {
  const lock = ['install', '--package-lock-only', '--omit-lockfile-registry-resolved', '--offline'];
  const { status } = spawnSync('npm', [...lock, '--no-audit', '--no-fund'], {
    cwd: rootFolder,
    stdio: 'inherit',
  });
  if (status !== 0) {
    complaints.push('package-lock.json: npm did not bring it up to date');
  }
}
if (
  /"resolved": "(?!(packages|examples)\/|lab"|interop"|bench"|fuzz")/.test(
    read('package-lock.json'),
  )
) {
  complaints.push('package-lock.json: names the address of a registry');
}
for (const complaint of complaints) {
  process.stderr.write(`${complaint}\n`);
}
process.exitCode = complaints.length === 0 ? 0 : 1;

function read(name) {
  return readFileSync(`${rootFolder}${name}`, 'utf8');
}
