// Checks every public package as npm would publish it: its tarball's contents, publint for its
// manifest, attw for its types, and what users do with it once it is installed.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tarballFaults } from './release/tarball-faults.mjs';
import {
  nextPatch,
  tryAPlugin,
  tryTheCommand,
  tryTheLibrary,
  tryTheServer,
} from './release/try-installed.mjs';
import { rootFolder } from './release/workspaces.mjs';

const complaints = [];
const scratch = mkdtempSync(join(tmpdir(), 'vmcorekit-packages-'));
process.on('exit', () => rmSync(scratch, { recursive: true }));

const release = join(scratch, 'release');
succeeds('node', ['scripts/release.mjs', '--check', '--out', release]);
const tarballs = {};
for (const file of readdirSync(release).filter((name) => name.endsWith('.tgz'))) {
  const tarball = join(release, file);
  const unpacked = join(scratch, 'unpacked', file);
  mkdirSync(unpacked, { recursive: true });
  execFileSync('tar', ['--extract', '--file', tarball, '--directory', unpacked]);
  const folder = join(unpacked, 'package');
  const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  tarballs[name] = tarball;
  const sizeInBytes = statSync(tarball).size;
  for (const fault of tarballFaults(folder, { sizeInBytes, place: rootFolder })) {
    complaints.push(`${name}: ${fault}`);
  }
  succeeds(installed('publint'), ['--strict', tarball]);
  succeeds(installed('attw'), [tarball, '--profile', 'esm-only', '--quiet']);
}

const core = join(
  scratch,
  'unpacked',
  tarballs['@vmcorekit/core'].slice(release.length),
  'package',
);
attempt('the command', () => tryTheCommand(join(scratch, 'command'), tarballs));
attempt('the library', () => tryTheLibrary(join(scratch, 'library'), tarballs));
attempt('the server for assistants', () => tryTheServer(join(scratch, 'server'), tarballs));
attempt('a plug-in', () => tryAPlugin(join(scratch, 'plugin'), tarballs, nextPatch(core, scratch)));

process.stdout.write(`${Object.keys(tarballs).length} packages, ${complaints.length} complaints\n`);
for (const complaint of complaints) {
  process.stderr.write(`${complaint}\n`);
}
process.exitCode = complaints.length === 0 ? 0 : 1;

/** A program of this repository's own packages; npx would take a second to find it. */
function installed(name) {
  return join(rootFolder, 'node_modules', '.bin', name);
}

function succeeds(command, words) {
  const { status, stdout, stderr } = spawnSync(command, words, {
    cwd: rootFolder,
    encoding: 'utf8',
  });
  if (status !== 0) {
    complaints.push(`${command} ${words.join(' ')}: exit status ${status}\n${stdout}${stderr}`);
  }
}

function attempt(what, trial) {
  try {
    trial();
    process.stdout.write(`${what}, installed: works\n`);
  } catch (error) {
    complaints.push(`${what}, installed: ${error.message}`);
  }
}
