import * as heuristics from '@vmcorekit/heuristics';
import { expect } from 'chai';

describe('@vmcorekit/heuristics', () => {
  it('exports each heuristic and witness by name, and the plug-in', () => {
    const { plugin, ...each } = heuristics;
    expect(Object.values(each)).to.have.members([
      ...(plugin.heuristics ?? []),
      ...(plugin.witnesses ?? []),
    ]);
  });

  it('runs what costs a few bytes first, and what a CPU selects before what searches', () => {
    const names = (heuristics.plugin.heuristics ?? []).map((heuristic) => heuristic.name);
    expect(names).to.deep.equal([
      'marker-check',
      'header-value',
      'vmcoreinfo-note',
      'cr3-walk',
      'cpu-tables',
      'lowcore',
      'idt',
      'named-tables',
      'step-scan',
      'page-table-search',
      'symbol-search',
      'vmcoreinfo-carve',
      'kallsyms-search',
    ]);
  });

  it('has an exhaustive heuristic, or a search without CPUs would never end', () => {
    expect(
      (heuristics.plugin.heuristics ?? []).filter((heuristic) => heuristic.isExhaustive === true),
    ).not.to.have.lengthOf(0);
  });

  it("says what each heuristic looks at; each option's default obeys its limits", () => {
    for (const heuristic of heuristics.plugin.heuristics ?? []) {
      expect(heuristic.looksAt).not.to.equal('');
      for (const option of Object.values(heuristic.options)) {
        if (typeof option.default === 'number') {
          expect(option.default).to.be.within(
            option.minimum ?? -Infinity,
            option.maximum ?? Infinity,
          );
        }
      }
    }
  });
});
