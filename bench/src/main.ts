// vmcorekit and its peers at every job, with one command. See ../README.md.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findInputs } from './inputs.ts';
import type { JobResult } from './job.ts';
import { jobsFor } from './jobs.ts';
import { thisMachine } from './machine.ts';
import { findPeers } from './peers.ts';
import { picture } from './picture.ts';
import type { Report } from './report.ts';
import { runJob } from './run-job.ts';
import { table } from './table.ts';

const usage = `usage: npm run bench -- [--out DIR] [--work DIR] [--vmlinux FILE] [--runs N] [--only TEXT] [--write FOLDER]

  --out DIR       where the laboratory's guests are, or are made (default .lab)
  --work DIR      where dumps made of them go (default .bench)
  --vmlinux FILE  the kernel of seabios-kaslr with debug symbols, for crash; without it crash does not run
  --runs N        how often each command runs, after one that is not counted (default 5)
  --only TEXT     the jobs that have this in their name
  --write FOLDER  writes bench.json, bench.md and bench.svg there
`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    out: { type: 'string', default: '.lab' },
    work: { type: 'string', default: '.bench' },
    vmlinux: { type: 'string' },
    runs: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    write: { type: 'string' },
  },
});
const runs = Number(values.runs);
if (values.help || !Number.isInteger(runs) || runs < 1) {
  process.stdout.write(usage);
  process.exit(values.help ? 0 : 2);
}

const peers = findPeers(values.work);
const inputs = findInputs(values.out, values.work);
const jobs: JobResult[] = [];
for (const job of jobsFor(inputs, peers, values.work, values.vmlinux).filter(({ name }) =>
  name.includes(values.only),
)) {
  process.stderr.write(`${job.name}\n`);
  jobs.push(await runJob(job, runs));
}
for (const name of ['convert.out', 'makedumpfile.out']) {
  rmSync(join(values.work, name), { force: true });
}
const skipped = [
  ...peers.skipped,
  ...(values.vmlinux === undefined && peers.versions.has('crash') ? ['crash: no --vmlinux'] : []),
];
const report: Report = {
  schema: 1,
  date: new Date().toISOString().slice(0, 10),
  machine: thisMachine(),
  versions: Object.fromEntries(peers.versions),
  skipped,
  jobs,
};
process.stdout.write(table(report));
if (values.write !== undefined) {
  mkdirSync(values.write, { recursive: true });
  writeFileSync(join(values.write, 'bench.json'), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(values.write, 'bench.md'), table(report));
  writeFileSync(join(values.write, 'bench.svg'), picture(report));
}
