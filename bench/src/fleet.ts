// `vmcorekit fleet run` beside a shell loop of `vmcorekit probe`, on the same dumps. See
// ../README.md.
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type MeasuredRun, measuredRun } from './measured-run.ts';

const usage = `usage: npm run bench:fleet -- [--dumps N] [--workers N] [--db URL]

  --dumps N    how many dumps: the fixtures, each made distinct (default 200)
  --workers N  readers of the fleet, and processes of xargs (default 2)
  --db URL     an empty PostgreSQL database to measure too; without it only PGlite runs
`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    dumps: { type: 'string', default: '200' },
    workers: { type: 'string', default: '2' },
    db: { type: 'string' },
  },
});
const count = Number(values.dumps);
if (values.help || !Number.isInteger(count) || count < 1) {
  process.stdout.write(usage);
  process.exit(values.help ? 0 : 2);
}

const command = fileURLToPath(
  new URL('../../packages/vmcorekit/bin/vmcorekit.cjs', import.meta.url),
);
const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'vmcorekit-bench-fleet-'));
process.on('exit', () => rmSync(work, { recursive: true }));
const files = writeDumps(join(work, 'dumps'));
const words = `"${process.execPath}" "${command}"`;
const list = join(work, 'list');
writeFileSync(list, files.map((file) => `${file}\n`).join(''));

const loop = await shell(`while read -r f; do ${words} probe --quiet "$f"; done`);
const xargs = await shell(`xargs -n 1 -P ${values.workers} ${words} probe --quiet`);
console.log(
  [
    `${files.length} dumps, ${values.workers} workers`,
    '',
    '| what | dumps/s | × the loop | × xargs | CPU s |',
    '|---|---|---|---|---|',
  ].join('\n'),
);
row('loop of `probe`', loop);
row(`\`xargs -P ${values.workers}\` of \`probe\``, xargs);
await fleetRow('fleet run, PGlite', `pglite:${join(work, 'database')}`);
if (values.db !== undefined) {
  await fleetRow('fleet run, PostgreSQL', values.db);
}

async function fleetRow(name: string, database: string): Promise<void> {
  const fleet = async (...args: readonly string[]): Promise<MeasuredRun> =>
    await checked(
      measuredRun(process.execPath, [command, 'fleet', ...args, '--db', database, '--no-config']),
      0,
    );
  await fleet('add', ...files);
  row(name, await fleet('run', '--until-empty', '--quiet', '--workers', values.workers));
}

/** A shell's work on the list of files. The status of `probe` depends on the dumps. */
async function shell(script: string): Promise<MeasuredRun> {
  return await measuredRun('sh', ['-c', `${script} < "${list}" > /dev/null`]);
}

async function checked(run: Promise<MeasuredRun>, wanted: number): Promise<MeasuredRun> {
  const done = await run;
  if (done.status !== wanted) {
    throw new Error(`ended with ${done.status}, wanted ${wanted}: ${done.output}`);
  }
  return done;
}

function row(name: string, { milliseconds, cpuMilliseconds }: MeasuredRun): void {
  const times = (other: MeasuredRun): string => (other.milliseconds / milliseconds).toFixed(1);
  const rate = ((1000 * files.length) / milliseconds).toFixed(1);
  const cpu = cpuMilliseconds === null ? '' : (cpuMilliseconds / 1000).toFixed(1);
  console.log(`| ${name} | ${rate} | ${times(loop)} | ${times(xargs)} | ${cpu} |`);
}

/** Copies of the fixtures in turn, each with a few bytes of its own at its end. */
function writeDumps(folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  const sources = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(kdump|vmcore)$/.test(name))
    .sort();
  return Array.from({ length: count }, (_, index) => {
    const file = join(folder, `${index}.vmcore`);
    copyFileSync(join(fixtures, sources[index % sources.length] ?? ''), file);
    writeFileSync(file, `the ${index}th copy`, { flag: 'a' });
    return file;
  });
}
