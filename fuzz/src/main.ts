import { parseArgs } from 'node:util';
import { corpusOf, keepFinding, writeSeeds } from './corpus.ts';
import { findJazzer, runJazzer } from './jazzer.ts';
import { targets } from './targets/index.ts';
import { watchedAttack } from './watched-attack.ts';

const usage = `npm run fuzz -- TARGET... [--seconds N | --runs N] [--seed N] [--engine mutation|jazzer]
npm run fuzz -- --write-corpus

Gives hostile bytes to a parser; allowed are a result and a typed error, within time and memory. Without --engine, Jazzer.js where
it is installed and loads, else mutations of the corpus. Targets, or all of them with 'all' (each gets its share of the seconds):
${targets.map(({ name, summary }) => `  ${name.padEnd(18)}${summary}`).join('\n')}
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string' },
    runs: { type: 'string' },
    seed: { type: 'string' },
    engine: { type: 'string' },
    'write-corpus': { type: 'boolean' },
    help: { type: 'boolean' },
  },
});

if (values['write-corpus'] === true) {
  await Promise.all(targets.map(writeSeeds));
} else {
  process.exitCode = await main(
    positionals.includes('all') ? targets.map(({ name }) => name) : positionals,
  );
}

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.find((name) => !targets.some((target) => target.name === name));
  if (unknown !== undefined || names.length === 0 || values.help === true) {
    process.stdout.write(usage);
    return values.help === true ? 0 : 2;
  }
  const runs = Number(values.runs ?? Number.POSITIVE_INFINITY);
  const seconds =
    Number(values.seconds ?? (values.runs === undefined ? 60 : Number.POSITIVE_INFINITY)) /
    names.length;
  // The seed differs from run to run. It is printed, so that a failure can be repeated.
  const seed = Number(values.seed ?? Date.now() % 0x7fffffff);
  const jazzer = values.engine === 'mutation' ? undefined : findJazzer();
  if (values.engine === 'jazzer' && jazzer === undefined) {
    process.stderr.write('Jazzer.js is not installed, or does not load here\n');
    return 2;
  }
  process.stdout.write(`engine ${jazzer === undefined ? 'mutation' : 'Jazzer.js'}, seed ${seed}\n`);
  let findings = 0;
  let total = 0;
  for (const target of names) {
    if (jazzer !== undefined) {
      findings += runJazzer(jazzer, { target, runs, seconds, seed }) === 0 ? 0 : 1;
      continue;
    }
    const started = performance.now();
    // oxlint-disable-next-line no-await-in-loop -- one target after the other, each undisturbed
    const report = await watchedAttack({ target, seed, runs, seconds });
    const elapsed = (performance.now() - started) / 1000;
    total += report.runs;
    process.stdout.write(
      `${target.padEnd(18)}${String(report.runs).padStart(9)} runs  ${String(report.outcomes).padStart(5)} outcomes  ` +
        `${elapsed.toFixed(1).padStart(6)} s  ${corpusOf({ name: target }).length} in the corpus\n`,
    );
    if (report.finding !== null) {
      findings++;
      process.stdout.write(
        `FINDING kept as ${keepFinding(target, report.finding.bytes)}\n${report.finding.because}\n`,
      );
    }
  }
  process.stdout.write(`${total} runs, ${findings} findings\n`);
  return findings === 0 ? 0 : 1;
}
