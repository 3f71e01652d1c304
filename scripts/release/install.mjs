import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isOurs } from './manifest.mjs';

/**
 * Installs packages into a new folder as their user does: only `wanted` are asked for. `tarballs`
 * has the file of each of ours by its name: they stand in for the registry. All others come from
 * npm's cache, or from the registry where that lacks them. Nothing runs a script.
 */
export function install(folder, tarballs, wanted, words = []) {
  const files = (names) =>
    Object.fromEntries(names.map((name) => [name, `file:${tarballs[name]}`]));
  const others = Object.keys(tarballs).filter((name) => !wanted.includes(name));
  mkdirSync(folder, { recursive: true });
  const manifest = {
    private: true,
    type: 'module',
    dependencies: files(wanted.filter(isOurs)),
    overrides: files(others),
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--silent'];
  execFileSync('npm', ['install', ...quiet, ...words], { cwd: folder, stdio: 'inherit' });
}
