import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { writeKernelDump } from '../support/kernel-dump.ts';
import { runCli } from '../support/run-cli.ts';
import { writeTemporaryFile } from '../support/temporary-file.ts';

/** A configuration with one heuristic, given as the body of its `run`. */
function siteWith(body: string): string {
  const path = writeTemporaryFile('site.yaml', 'plugins: [./own.mjs]');
  writeFileSync(
    join(dirname(path), 'own.mjs'),
    `export default { name: 'own', heuristics: [{ name: 'own', summary: 's', needs: [], cost: 'header',
  yields: ['physBase'], looksAt: 'x', architectures: 'any', options: {}, *run({ dump }) { ${body} } }] };`,
  );
  return path;
}

const finding =
  "kind: 'candidate', evidence: 'told', strength: 'weak', because: 'it is so', at: []";

describe('probe with a heuristic that fails', () => {
  const { path } = writeKernelDump();
  const answer = async (body: string): Promise<string> =>
    (await runCli(['probe', '--config', siteWith(body), path])).stdout.replace(/\s+/g, ' ');

  // Only an error thrown was in the short answer: a NaN cost the author a search for the reason.
  const failures = [
    ['throws', "throw new TypeError('not so')", 'TypeError: not so'],
    ['claims NaN', `yield { ${finding}, claim: { physBase: NaN } };`, 'yielded a claim with'],
    ['yields no finding', "yield 'hello';", 'yielded hello, which is neither'],
    ['says not where', "yield { kind: 'remark', because: 'x' };", 'yielded a finding without at,'],
  ] as const;
  for (const [what, body, because] of failures) {
    it(`names one that ${what}, in the short answer`, async () => {
      expect(await answer(body))
        .to.include(`Failed: own: ${because}`)
        .and.include(': certain');
    });
  }

  it('does not blame one that met a page that the dump lacks', async () => {
    const read = await answer('dump.image.memory.read(0xfffffffff000, 8);');
    expect(read).to.include(': certain').and.not.include('Failed');
  });
});
