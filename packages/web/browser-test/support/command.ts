import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../../vmcorekit/bin/vmcorekit.cjs', import.meta.url));

/** What the command answers in JSON. */
export function commandJson(...args: readonly string[]): Record<string, unknown> {
  const { stdout } = spawnSync(process.execPath, [bin, '--no-config', '--json', ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  return JSON.parse(stdout) as Record<string, unknown>;
}
