import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { corpusFolder, findingsFolder } from './corpus.ts';

const cli = '@jazzer.js/core/dist/cli.js';
/** The first run loads modules, which are instrumented as they load. */
const runLimitInMilliseconds = 60_000;

/**
 * The path of Jazzer.js; undefined where it is not installed or does not load, because it brings a
 * library for glibc 2.38 and later. It is no dependency; `npm install --no-save
 * @jazzer.js/core@4.0.0` puts it beside this package.
 */
export function findJazzer(): string | undefined {
  const require = createRequire(import.meta.url);
  try {
    const path = require.resolve(cli);
    require('@jazzer.js/fuzzer');
    return path;
  } catch {
    return undefined;
  }
}

/**
 * Runs a target under Jazzer.js, guided by coverage, and keeps its findings with ours. Returns the
 * exit status.
 */
export function runJazzer(
  jazzer: string,
  {
    target,
    runs,
    seconds,
    seed,
  }: {
    readonly target: string;
    readonly runs: number;
    readonly seconds: number;
    readonly seed: number;
  },
): number {
  const grown = join(findingsFolder, 'jazzer-corpus', target);
  mkdirSync(grown, { recursive: true });
  const libFuzzer = [
    ...(Number.isFinite(runs) ? [`-runs=${runs}`] : []),
    ...(Number.isFinite(seconds) ? [`-max_total_time=${Math.ceil(seconds)}`] : []),
    `-seed=${seed}`,
    '-max_len=65536',
    `-artifact_prefix=${join(findingsFolder, target)}-`,
  ];
  const { status } = spawnSync(
    process.execPath,
    [
      jazzer,
      join(import.meta.dirname, 'jazzer-entry.js'),
      grown,
      join(corpusFolder, target),
      '-i',
      'packages/',
      '-e',
      'node_modules',
      '--timeout',
      String(runLimitInMilliseconds),
      '--',
      ...libFuzzer,
    ],
    { stdio: 'inherit', env: { ...process.env, VMCOREKIT_FUZZ_TARGET: target } },
  );
  return status ?? 1;
}
