// Writes what a release consists of into a folder: the tarballs that are published, SHA256SUMS,
// sbom.json and release-notes.md. docs/releasing.md says how a release is made.
//
//   node scripts/release.mjs [--check] [--out FOLDER] [FILE...]
//
// Each FILE (an executable, say) is copied there and listed in SHA256SUMS too. With --check, what
// only a tagged commit can have is not asked for: a clean tree, the tag, a dated changelog.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { billOf } from './release/bill-of-materials.mjs';
import { changelogSection } from './release/changelog.mjs';
import { packAll } from './release/pack.mjs';
import { unreadiness } from './release/readiness.mjs';
import { rootFolder, rootManifest } from './release/workspaces.mjs';

const { values, positionals } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    out: { type: 'string', default: 'release' },
  },
  allowPositionals: true,
});
const { version } = rootManifest();
const tag = `v${version}`;
const out = resolve(values.out);

demand(
  run(process.execPath, ['scripts/write-manifests.mjs', '--check']).status === 0,
  'the manifests do not agree',
);
const changelog = readFileSync(join(rootFolder, 'CHANGELOG.md'), 'utf8');
if (!values.check) {
  const changes = run('git', ['status', '--porcelain']).stdout;
  const tags = run('git', ['tag', '--points-at', 'HEAD']).stdout.split('\n');
  const complaint = unreadiness({ version, changes, tags, changelog });
  demand(complaint === undefined, complaint);
}
const notes =
  changelogSection(changelog, version) ?? changelogSection(changelog, 'Unreleased') ?? '';

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), 'vmcorekit-release-'));
try {
  packAll(out, scratch);
} finally {
  rmSync(scratch, { recursive: true });
}
for (const file of positionals) {
  cpSync(file, join(out, basename(file)));
}
writeFileSync(join(out, 'sbom.json'), billOfMaterials());
writeFileSync(join(out, 'SHA256SUMS'), sums(readdirSync(out)));
writeFileSync(join(out, 'release-notes.md'), notes);
process.stdout.write(`${tag}: ${readdirSync(out).length} files in ${values.out}\n`);

/** In the format of `sha256sum --check`. */
function sums(names) {
  return names
    .sort()
    .map((name) => {
      const digest = createHash('sha256').update(readFileSync(join(out, name)));
      return `${digest.digest('hex')}  ${name}\n`;
    })
    .join('');
}

/** What the command's package depends on, as CycloneDX. */
function billOfMaterials() {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--workspace', 'vmcorekit'];
  const document = execFileSync('npm', args, { cwd: rootFolder, encoding: 'utf8' });
  return `${JSON.stringify(billOf('vmcorekit', JSON.parse(document)), null, 2)}\n`;
}

function run(command, args) {
  return spawnSync(command, args, {
    cwd: rootFolder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function demand(isSo, complaint) {
  if (!isSo) {
    process.stderr.write(`release: ${complaint}\n`);
    process.exit(1);
  }
}
