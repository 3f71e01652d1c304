import type { Outcome } from '@vmcorekit/lab/check/judge';
import { type Cell, isUnacceptable, showMatrix } from '@vmcorekit/lab/check/matrix';
import { expect } from 'chai';

function cell(column: string, outcome: Outcome, because = ''): Cell {
  return { guest: 'la57', format: 'elf', column, judgement: { outcome, because } };
}

const facts = { date: '2026-01-02', versions: new Map([['QEMU', '7.2']]) };

describe('the support matrix', () => {
  it('has a row a dump and a column a way of asking', () => {
    const table = showMatrix(
      [cell('default', 'right'), cell('header', 'none'), cell('idt', 'partial')],
      facts,
    );
    expect(table).to.match(/^\| guest \| format \| default \| header \| idt +\|$/m);
    expect(table).to.match(/^\| la57 +\| elf +\| right +\| none +\| part +\|$/m);
    expect(table)
      .to.contain('Not one is wrong.')
      .and.to.contain('- QEMU: 7.2')
      .and.to.contain('on 2026-01-02');
  });

  it('repeats below the table what is wrong, with the reason', () => {
    const table = showMatrix([cell('default', 'wrong', 'physBase 0, not 6291456')], facts);
    expect(table)
      .to.contain('- la57, elf, default: physBase 0, not 6291456')
      .and.not.to.contain('Not one is wrong.');
  });

  it('accepts silence, and neither a wrong answer nor a command that fails', () => {
    const outcomes: readonly Outcome[] = ['right', 'partial', 'none', 'wrong', 'failed'];
    expect(outcomes.map((outcome) => isUnacceptable(cell('default', outcome)))).to.deep.equal([
      false,
      false,
      false,
      true,
      true,
    ]);
  });
});
