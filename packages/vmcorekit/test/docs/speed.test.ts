import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { root } from './documents.ts';

interface Bench {
  readonly jobs: readonly {
    readonly name: string;
    readonly results: readonly { readonly tool: string; readonly milliseconds: number }[];
  }[];
}

const { jobs } = JSON.parse(readFileSync(join(root, 'docs/bench/bench.json'), 'utf8')) as Bench;

/** How many times as long as vmcorekit a tool took. */
function ratioOf(tool: string, job: string): number {
  const results = jobs.find(({ name }) => name === job)?.results ?? [];
  const [own, other] = ['vmcorekit', tool].map(
    (wanted) => results.find((result) => result.tool === wanted)?.milliseconds ?? Number.NaN,
  );
  return (other ?? Number.NaN) / (own ?? Number.NaN);
}

const said: Readonly<Record<string, readonly [tool: string, job: string]>> = {
  'probe a KDUMP file': ['crash --minimal', 'probe, KDUMP zlib'],
  'probe a dump of a 5 GB guest': ['crash --minimal', 'probe, 5 GB guest'],
  'read all pages, zlib': ['libkdumpfile', 'read all pages, zlib'],
  'read all pages, LZO': ['libkdumpfile', 'read all pages, lzo'],
  'read all pages, ELF': ['libkdumpfile', 'read all pages, ELF'],
  'convert to KDUMP, zlib': ['makedumpfile', 'convert to KDUMP zlib'],
  'convert to KDUMP, LZO': ['makedumpfile', 'convert to KDUMP lzo'],
};

describe('the speed in README.md', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const rows = [...readme.matchAll(/^\| ([^|]+) \| [^|]+ \| ([\d.]+) \|$/gm)];

  it('has the jobs that were measured', () => {
    expect(rows.map(([, job]) => job)).to.deep.equal(Object.keys(said));
  });

  for (const [, job = '', shown = ''] of rows) {
    it(`says of "${job}" what the last run measured`, () => {
      const [tool, name] = said[job] ?? ['', ''];
      const digits = shown.split('.')[1]?.length ?? 0;
      expect(ratioOf(tool, name).toFixed(digits)).to.equal(shown);
    });
  }
});
