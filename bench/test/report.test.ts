import { expect } from 'chai';
import type { Result } from '../dist/job.js';
import { picture } from '../dist/picture.js';
import { type Report, ratios } from '../dist/report.js';
import { table } from '../dist/table.js';

function result(tool: string, milliseconds: number, given: Partial<Result> = {}): Result {
  return {
    tool,
    milliseconds,
    cpuMilliseconds: milliseconds / 2,
    peakResidentBytes: null,
    bytesPerSecond: null,
    countPerSecond: null,
    runs: 5,
    failed: false,
    ...given,
  };
}

const report: Report = {
  schema: 1,
  date: '2026-01-01',
  machine: { processor: 'A "Fast" & <Cheap> One', cores: 2, memoryInGib: 24, node: '20.0.0' },
  versions: { crash: '8.0<script>' },
  skipped: ['drgn is not installed'],
  jobs: [
    {
      name: 'probe & more',
      goal: '≥ 12 ×',
      results: [
        result('vmcorekit', 100, { bytesPerSecond: 2e9 }),
        result('crash', 1500, { failed: true, cpuMilliseconds: null }),
      ],
    },
  ],
};

describe('a report of benchmarks', () => {
  it('says how many times as long a peer takes, by the clock and by processor time', () => {
    expect(ratios(result('vmcorekit', 10), result('crash', 25))).to.deep.equal({
      wall: 2.5,
      cpu: 2.5,
    });
    expect(
      ratios(result('vmcorekit', 10), result('crash', 25, { cpuMilliseconds: null })).cpu,
    ).to.equal(null);
  });

  it('is a table with a line a tool, which names what failed and what was skipped', () => {
    const lines = table(report).split('\n');
    expect(lines.find((line) => line.includes('vmcorekit'))).to.match(
      /probe & more +\| vmcorekit +\| 100 +\| 50 +\| +\| 2\.00 GB\/s/,
    );
    expect(lines.find((line) => line.includes('crash (failed)'))).to.match(/\| 15\.00 +\| +\|/);
    expect(lines).to.include('Skipped: drgn is not installed.');
  });

  it('is a picture whose text is never markup', () => {
    const svg = picture(report);
    expect(svg)
      .to.include('probe &#38; more: crash')
      .and.to.include('&#34;Fast&#34; &#38; &#60;Cheap&#62;');
    expect(svg).to.not.match(/<(script|Cheap)/);
    expect(svg.match(/<[a-z]/g)?.length).to.be.greaterThan(10);
  });
});
