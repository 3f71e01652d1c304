// `vmcorekit probe` beside `crash --minimal` with its vmlinux, on the same dump, in turn. Process start to exit.
//   npm run bench:probe -- --vmlinux VMLINUX [--runs N] DUMP...
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type MeasuredRun, measuredRun } from './measured-run.ts';
import { median } from './median.ts';

const { values, positionals: dumps } = parseArgs({
  options: { vmlinux: { type: 'string' }, runs: { type: 'string', default: '5' } },
  allowPositionals: true,
});
if (dumps.length === 0) {
  console.error('usage: npm run bench:probe -- [--vmlinux VMLINUX] [--runs N] DUMP...');
  process.exit(2);
}
const runs = Number(values.runs);
const vmcorekit = fileURLToPath(new URL('../../packages/cli/bin/vmcorekit.cjs', import.meta.url));

console.log(`${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}, ${runs} runs of each in turn, medians`);
for (const dump of dumps) {
  console.log(`\n${dump}`);
  const ours: MeasuredRun[] = [];
  const theirs: MeasuredRun[] = [];
  for (let run = 0; run <= runs; run++) {
    const mine = await measuredRun(process.execPath, [vmcorekit, 'probe', '--json', dump]);
    const crash =
      values.vmlinux === undefined ? null : await measuredRun('crash', ['-s', '--minimal', values.vmlinux, dump], 'quit\n');
    // The first of each warms the page cache.
    if (run > 0) {
      ours.push(mine);
      theirs.push(...(crash === null ? [] : [crash]));
    }
  }
  report(ours, theirs);
}

function report(ours: readonly MeasuredRun[], theirs: readonly MeasuredRun[]): void {
  const milliseconds = median(ours.map((run) => run.milliseconds));
  const verdict = JSON.parse(ours[0]?.output ?? 'null') as {
    confidence: string;
    kernel: { physBase: number; kaslrOffset: number | null } | null;
    statistics: { pagesRead: number; bytesRead: number };
  };
  const peaks = ours.map((run) => run.peakResidentBytes).filter((bytes) => bytes !== null);
  console.log(
    `  vmcorekit probe   ${milliseconds.toFixed(0)} ms, ${verdict.confidence}, phys_base ${verdict.kernel?.physBase ?? 'none'}`,
  );
  console.log(
    `                    ${verdict.statistics.pagesRead} pages and ${(verdict.statistics.bytesRead / 2 ** 20).toFixed(1)} MiB read`,
  );
  console.log(
    `                    ${peaks.length === 0 ? 'peak resident unknown' : `${(Math.max(...peaks) / 2 ** 20).toFixed(0)} MiB resident at its peak`}`,
  );
  if (theirs.length > 0) {
    const crash = median(theirs.map((run) => run.milliseconds));
    const failed = theirs.some((run) => run.status !== 0) ? ' (it failed)' : '';
    console.log(`  crash --minimal   ${crash.toFixed(0)} ms${failed}: ${(crash / milliseconds).toFixed(1)} times as long`);
  }
}
