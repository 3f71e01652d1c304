import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { runCli } from '../support/run-cli.ts';
import { root } from './documents.ts';
import { insideFolder } from './inside-folder.ts';
import { runScript } from './run-script.ts';

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
  /^(vmcorekit(?: +(?:[\w@%+=:,./*-]+|'[^']*'))*) *(?: # .*| (?<into>[|>])(?!>)\s*(?<rest>[^&;]+))?$/;

/** One script of Node, without options. */
const plainScript = /^node +(?<script>[\w./-]+\.m?js)(?<rest>(?: +[\w./-]+)*)$/;

/** Lines that change how the lines after them run. */
const isStateful = /(?:^|&& *)cd /m;

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

/**
 * Runs a block of shell lines. Plain calls of vmcorekit and plain scripts stay in this process, to
 * be quick.
 */
export async function runShell(text: string, folder: string): Promise<Outcome> {
  if (isStateful.test(text)) {
    return runBash(text, folder);
  }
  const lines = text
    .split(/(?<!\|)\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const all = { status: 0, stdout: '', stderr: '' };
  for (const line of lines) {
    const { status, stdout, stderr } = await runLine(line, folder);
    all.status = Math.max(all.status, status);
    all.stdout += stdout;
    all.stderr += stderr;
  }
  return all;
}

async function runLine(line: string, folder: string): Promise<Outcome> {
  const script = plainScript.exec(line)?.groups;
  if (script?.script !== undefined) {
    const args = script.rest?.split(' ').filter((word) => word !== '');
    const printed = await runScript(folder, script.script, args);
    return { status: 0, stdout: printed === '' ? '' : `${printed}\n`, stderr: '' };
  }
  const call = plainCall.exec(line);
  if (call === null) {
    return runBash(line, folder);
  }
  const [, words = ''] = call;
  const { into, rest = '' } = call.groups ?? {};
  const called = await insideFolder(folder, () => runCli(wordsOf(words, folder), { folder }));
  if (into === undefined) {
    return called;
  }
  const next = runBash(into === '>' ? `cat > ${rest}` : rest, folder, called.stdout);
  return {
    status: Math.max(called.status, next.status),
    stdout: next.stdout,
    stderr: called.stderr + next.stderr,
  };
}

function wordsOf(call: string, folder: string): string[] {
  const words = call.match(/'[^']*'|[^ ]+/g) ?? [];
  return words
    .slice(1)
    .flatMap((word) =>
      word.startsWith("'")
        ? [word.slice(1, -1)]
        : word.includes('*')
          ? filesAs(word, folder)
          : [word],
    );
}

/** The files that a word like `dumps/*.vmcore` stands for. */
function filesAs(word: string, folder: string): string[] {
  const parent = dirname(word);
  const [start = '', end = ''] = basename(word).split('*');
  return readdirSync(join(folder, parent))
    .filter((name) => name.startsWith(start) && name.endsWith(end))
    .sort()
    .map((name) => join(parent, name));
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
