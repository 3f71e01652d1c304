import type { Contender, Job, JobResult, Result } from './job.ts';
import { measuredRun } from './measured-run.ts';
import { median } from './median.ts';

interface Sample {
  readonly milliseconds: number;
  readonly cpuMilliseconds: number | null;
  readonly peakResidentBytes: number | null;
  readonly bytes: number | null;
  readonly count: number | null;
  readonly failed: boolean;
}

/** Runs the contenders in turn, `runs` times, after one uncounted run that warms the page cache. */
export async function runJob(job: Job, runs: number): Promise<JobResult> {
  const samples = job.contenders.map((): Sample[] => []);
  for (let run = 0; run <= runs; run++) {
    for (const [index, contender] of job.contenders.entries()) {
      const sample = await sampleOf(contender, job.bytes ?? null);
      if (run > 0) {
        samples[index]?.push(sample);
      }
    }
  }
  const results = job.contenders.map(({ tool }, index) => summary(tool, samples[index] ?? []));
  return { name: job.name, goal: job.goal, results };
}

async function sampleOf(contender: Contender, bytes: number | null): Promise<Sample> {
  const run = await measuredRun(contender.command, contender.args, contender.input);
  const { peakResidentBytes } = run;
  const failed = run.status !== 0;
  if (contender.tellsItself !== true || failed) {
    return { ...run, peakResidentBytes, bytes, count: null, failed };
  }
  const told = JSON.parse(run.output) as {
    milliseconds: number;
    cpuMilliseconds: number;
    count: number;
    bytes: number;
  };
  return { ...told, peakResidentBytes, failed };
}

function summary(tool: string, samples: readonly Sample[]): Result {
  const milliseconds = median(samples.map((sample) => sample.milliseconds));
  const [{ bytes, count } = { bytes: null, count: null }] = samples;
  return {
    tool,
    milliseconds,
    cpuMilliseconds: medianOf(samples.map((sample) => sample.cpuMilliseconds)),
    peakResidentBytes: medianOf(samples.map((sample) => sample.peakResidentBytes)),
    bytesPerSecond: bytes === null ? null : (bytes / milliseconds) * 1000,
    countPerSecond: count === null ? null : (count / milliseconds) * 1000,
    runs: samples.length,
    failed: samples.some((sample) => sample.failed),
  };
}

function medianOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : median(known);
}
