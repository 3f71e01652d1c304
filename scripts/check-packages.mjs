// Checks every public package as npm would publish it: publint for its manifest, attw for its
// types.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
let failed = 0;
for (const folder of readdirSync(`${root}packages`)) {
  for (const command of [
    ['publint', '--strict', `packages/${folder}`],
    ['attw', '--pack', `packages/${folder}`, '--profile', 'esm-only', '--quiet'],
  ]) {
    const { status } = spawnSync('npx', ['--no-install', ...command], {
      cwd: root,
      stdio: 'inherit',
    });
    failed += status === 0 ? 0 : 1;
  }
}
process.exitCode = failed === 0 ? 0 : 1;
