// Packed files of 5 GB: opening, pages at random, what `probe` reads, and the programs that unpack
// them. See ../README.md.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cli, workload } from './contenders.ts';
import { measuredRun } from './measured-run.ts';
import { median } from './median.ts';
import { type Packing, pack, seekable, sequential } from './packings.ts';

const usage = `usage: npm run bench:packed -- [--work DIR] [--size BYTES] [--runs N] [--only TEXT] [--keep] [--sequential] DUMP...

  DUMP...       their memories are stacked up, the first at 0, until there are BYTES
  --work DIR    where the files go (default .bench)
  --size BYTES  how large the file is (default 5368709120)
  --runs N      how often each command runs (default 3)
  --only TEXT   the packings that have this in their name
  --keep        keeps the packed files for the next run
  --sequential  files that must be unpacked when they are opened, not those that are read by block
`;
/** Pages that are read at random. */
const pagesRead = 400;

interface Opened {
  readonly openingCpuMilliseconds: number;
  readonly pageCpuMilliseconds: number;
  readonly bytesRead: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    work: { type: 'string', default: '.bench' },
    size: { type: 'string', default: String(5 * 2 ** 30) },
    runs: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    keep: { type: 'boolean', default: false },
    sequential: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs);
if (positionals.length === 0 || !Number.isInteger(runs) || runs < 1) {
  process.stdout.write(usage);
  process.exit(2);
}

const plain = join(resolve(values.work), 'packed.elf');
mkdirSync(values.work, { recursive: true });
if (!existsSync(plain)) {
  const { command, args } = workload('stack', plain, values.size, 'elf', ...positionals);
  text(command, args);
}
console.log(
  [
    '| file | MB | opening, CPU s | C program, CPU s | × | a page, CPU ms | `probe` reads | of it |',
    '|---|---|---|---|---|---|---|---|',
  ].join('\n'),
);
await measure('not compressed', plain);
for (const packing of (values.sequential ? sequential : seekable).filter(({ name }) =>
  name.includes(values.only),
)) {
  const path = `${plain}.${packing.suffix}`;
  if (!existsSync(path)) {
    pack(packing, plain, `${path}.part`);
    renameSync(`${path}.part`, path);
  }
  await measure(packing.name, path, packing);
  if (!values.keep) {
    rmSync(path);
  }
}

/** One line of the table: medians, each program once in each round. */
async function measure(name: string, path: string, packing?: Packing): Promise<void> {
  const theirs: number[] = [];
  const ours: Opened[] = [];
  for (let run = 0; run < runs; run++) {
    if (packing !== undefined) {
      const [program, ...options] = packing.unpack;
      theirs.push(await unpackingCpu(program, [...options, path]));
    }
    const { command, args } = workload('random-pages', path, String(pagesRead));
    ours.push(JSON.parse(text(command, args)) as Opened);
  }
  const { command, args } = cli('probe', '--json', '--no-config', path);
  const { statistics } = JSON.parse(text(command, args)) as {
    readonly statistics: { readonly bytesRead: number };
  };
  const opening = median(ours.map(({ openingCpuMilliseconds }) => openingCpuMilliseconds));
  const page = median(ours.map(({ pageCpuMilliseconds }) => pageCpuMilliseconds));
  const size = statSync(path).size;
  const peer = theirs.length === 0 ? undefined : median(theirs);
  const cells = [
    name,
    (size / 1e6).toFixed(0),
    (opening / 1000).toFixed(2),
    peer === undefined ? '' : (peer / 1000).toFixed(2),
    peer === undefined ? '' : (peer / opening).toFixed(1),
    page.toFixed(2),
    `${(statistics.bytesRead / 1e6).toFixed(1)} MB`,
    `${((100 * statistics.bytesRead) / size).toFixed(2)} %`,
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

async function unpackingCpu(program: string, args: readonly string[]): Promise<number> {
  const { cpuMilliseconds, milliseconds } = await measuredRun('sh', [
    '-c',
    '"$@" > /dev/null',
    'sh',
    program,
    ...args,
  ]);
  return cpuMilliseconds ?? milliseconds;
}

function text(command: string, args: readonly string[]): string {
  const { status, stdout } = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) {
    throw new Error(`${[command, ...args].join(' ')} ended with ${status}`);
  }
  return stdout;
}
