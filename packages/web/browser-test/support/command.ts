import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../../vmcorekit/bin/vmcorekit.cjs', import.meta.url));

/** What the command answers in JSON. */
export function commandJson(...args: readonly string[]): Record<string, unknown> {
  const [answer = {}] = commandAnswers('.', args);
  return answer;
}

/** The answers of the command in JSON about several files, called in a folder. */
export function commandAnswers(
  folder: string,
  args: readonly string[],
): readonly Record<string, unknown>[] {
  const { stdout } = spawnSync(process.execPath, [bin, '--no-config', '--json', ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
