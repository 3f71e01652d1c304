import { FileSource } from '@vmcorekit/node';
import { type ProbeParts, plainStyle, probeParts, probeReport } from '@vmcorekit/report';
import { expect } from 'chai';
import { createDefaultToolkit } from '../dist/index.js';
import { readFixtures } from './support/fixture.ts';

const context = { vmlinuxOf: () => undefined, here: { areFiles: true, host: null } } as const;

/** All texts of a verdict's parts, which a page shows. */
function textsOf(parts: ProbeParts): string[] {
  return [
    parts.explanation,
    ...parts.evidence.flatMap(({ title, rows }) => [title, ...rows.map(({ because }) => because)]),
    ...parts.contradictions.map(({ because }) => because),
    ...parts.candidates.cells.flat(),
    ...parts.origin.flatMap(({ who, reasons }) => [who, ...reasons.map((each) => each.because)]),
    ...parts.notRun.cells.flat(),
    ...parts.next.kernels.flatMap(({ steps }) => steps.map(({ command }) => command)),
    ...parts.next.hints,
  ];
}

describe('the parts of a probe report', () => {
  for (const fixture of readFixtures()) {
    const { name, files } = fixture;
    it(`have the words of the whole report of ${name}`, async () => {
      const toolkit = createDefaultToolkit();
      using dump = await toolkit.open(new FileSource(fixture.pathOf(files[0] ?? '')));
      const verdict = await toolkit.locate(dump, {});
      const report = probeReport(dump, verdict, plainStyle(), {
        ...context,
        milliseconds: 0,
        verbose: true,
        ruleLines: [],
      });
      const parts = probeParts(dump, verdict, context);
      expect(textsOf(parts).filter((text) => !report.includes(text))).to.deep.equal([]);
      expect(structuredClone(parts)).to.deep.equal(parts);
    });
  }
});
