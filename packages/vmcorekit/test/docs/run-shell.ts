import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { runCli } from '../support/run-cli.ts';
import { root } from './documents.ts';
import { insideFolder } from './inside-folder.ts';

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * One call of the command without what a shell would have to understand. Its output may go to a
 * file or other programs.
 */
const plainCall =
  /^(vmcorekit(?: +(?:[\w@%+=:,./-]+|'[^']*'))*) *(?: # .*| (?<into>[|>])(?!>)\s*(?<rest>[^&;]+))?$/;

/** What a block may call: nothing that fetches, installs or changes what lies elsewhere. */
const harmless = new Set(
  'vmcorekit node cat cd cp cut diff echo grep gunzip gzip head jq mkdir printf makedumpfile sort tail uniq wc'.split(
    ' ',
  ),
);

/** The programs in a block that a test must not call, or does not know. */
export function strangersIn(text: string): string[] {
  const commands = text
    .replace(/'[^']*'|"[^"]*"|(?:^|\s)#.*$|\\\n/gm, ' ')
    .split(/\n|&&|\|\|?|;|\$\(/)
    .map((command) => command.trim().split(/\s+/)[0] ?? '');
  return commands.filter((command) => command !== '' && !harmless.has(command));
}

/** Runs a block of shell lines. Plain calls of vmcorekit stay in this process, to be quick. */
export async function runShell(text: string, folder: string): Promise<Outcome> {
  const lines = text
    .split(/(?<!\|)\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const calls = lines.map((line) => plainCall.exec(line));
  if (calls.includes(null)) {
    return runBash(text, folder);
  }
  const all = { status: 0, stdout: '', stderr: '' };
  for (const call of calls) {
    const [, words = ''] = call ?? [];
    const { into, rest = '' } = call?.groups ?? {};
    const called = await insideFolder(folder, () => runCli(wordsOf(words), { folder }));
    const { status, stdout, stderr } =
      into === undefined
        ? called
        : runBash(into === '>' ? `cat > ${rest}` : rest, folder, called.stdout);
    all.status = Math.max(all.status, called.status, status);
    all.stdout += stdout;
    all.stderr += into === undefined ? stderr : called.stderr + stderr;
  }
  return all;
}

function wordsOf(call: string): string[] {
  const words = call.match(/'[^']*'|[^ ]+/g) ?? [];
  return words.slice(1).map((word) => word.replace(/^'(.*)'$/, '$1'));
}

function runBash(text: string, folder: string, input = ''): Outcome {
  const { PATH = '' } = process.env;
  const env = {
    ...process.env,
    // As documents show it, whatever the tester's terminal wants.
    COLUMNS: undefined,
    FORCE_COLOR: undefined,
    PATH: `${join(root, 'node_modules/.bin')}${delimiter}${PATH}`,
  };
  const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', text], {
    cwd: folder,
    env,
    encoding: 'utf8',
    input,
  });
  return { status: status ?? -1, stdout, stderr };
}

/** Whether a program can be called. */
export function isInstalled(tool: string): boolean {
  return spawnSync('bash', ['-c', 'command -v "$0"', tool]).status === 0;
}
