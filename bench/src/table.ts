import type { JobResult, Result } from './job.ts';
import { type Report, ratios } from './report.ts';

const columns = [
  'job',
  'tool',
  'ms',
  'CPU ms',
  'peak MB',
  'rate',
  '× wall',
  '× CPU',
  'goal',
] as const;

/**
 * A Markdown table. The first line of a job is ours; the others say how many times as long they
 * take.
 */
export function table(report: Report): string {
  const { processor, cores, memoryInGib, node } = report.machine;
  const versions = Object.entries(report.versions).map(([tool, version]) => `${tool} ${version}`);
  const rows = report.jobs.flatMap(rowsOf);
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => (row[index] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
  return [
    `${processor}, ${cores} cores, ${memoryInGib} GiB, Node ${node}; ${versions.join(', ')}. Medians of ${runsOf(report)} runs in turn.`,
    '',
    line(columns),
    line(widths.map((width) => '-'.repeat(width))),
    ...rows.map(line),
    ...report.skipped.map((what) => `\nSkipped: ${what}.`),
    '',
  ].join('\n');
}

function runsOf(report: Report): number {
  return Math.max(0, ...report.jobs.flatMap(({ results }) => results.map(({ runs }) => runs)));
}

function rowsOf({ name, goal, results }: JobResult): string[][] {
  const [ours, ...peers] = results;
  if (ours === undefined) {
    return [];
  }
  return [
    [name, ...measures(ours), '', '', goal],
    ...peers.map((peer) => {
      const { wall, cpu } = ratios(ours, peer);
      return ['', ...measures(peer), wall.toFixed(2), cpu?.toFixed(2) ?? '', ''];
    }),
  ];
}

function measures(result: Result): string[] {
  const { tool, milliseconds, cpuMilliseconds, peakResidentBytes, failed } = result;
  return [
    failed ? `${tool} (failed)` : tool,
    milliseconds.toFixed(milliseconds < 10 ? 1 : 0),
    cpuMilliseconds?.toFixed(cpuMilliseconds < 10 ? 1 : 0) ?? '',
    peakResidentBytes === null ? '' : (peakResidentBytes / 1e6).toFixed(0),
    rate(result),
  ];
}

function rate({ bytesPerSecond, countPerSecond }: Result): string {
  if (bytesPerSecond !== null && bytesPerSecond >= 5e7) {
    return bytesPerSecond >= 1e9
      ? `${(bytesPerSecond / 1e9).toFixed(2)} GB/s`
      : `${(bytesPerSecond / 1e6).toFixed(0)} MB/s`;
  }
  return countPerSecond !== null && countPerSecond >= 1e4
    ? `${(countPerSecond / 1e6).toFixed(2)} M/s`
    : '';
}
