import type { Outcome } from '@vmcorekit/lab/check/judge';
import { type Cell, isUnacceptable, matrixJson, showMatrix } from '@vmcorekit/lab/check/matrix';
import { expect } from 'chai';

function cell(column: string, outcome: Outcome, because = ''): Cell {
  return {
    guest: 'la57',
    machine: 'x86_64',
    format: 'elf',
    column,
    checked: '2026-01-02',
    judgement: { outcome, because },
  };
}

const facts = { date: '2026-01-02', versions: new Map([['QEMU', '7.2']]) };

describe('the support matrix', () => {
  it('has a row a guest and a column a format, of the command as users run it', () => {
    const table = showMatrix(
      [
        cell('default', 'right'),
        cell('idt', 'none'),
        { ...cell('default', 'partial'), format: 'kdump-zlib' },
      ],
      facts,
    );
    expect(table).to.match(/^\| machine \| guest \| elf +\| kdump-zlib \| checked +\|$/m);
    expect(table).to.match(/^\| x86_64 +\| la57 +\| right \| part +\| 2026-01-02 \|$/m);
    expect(table)
      .to.contain('Not one is wrong.')
      .and.to.contain('- QEMU: 7.2')
      .and.to.contain('on 2026-01-02');
  });

  it('has x86-64 first, then the other machines by name', () => {
    const guests = [
      ['arm64', 'aarch64'],
      ['la57', 'x86_64'],
      ['arm64-7', 'aarch64'],
    ].map(([guest = '', machine = '']) => ({ ...cell('default', 'right'), guest, machine }));
    const rows = showMatrix(guests, facts).match(/^\| (x86_64|aarch64) +\| \S+/gm);
    expect(rows?.map((row) => row.split(/ +\| /)[1])).to.deep.equal(['la57', 'arm64', 'arm64-7']);
  });

  it('counts together the formats that hardly a guest has', () => {
    const usual = ['a', 'b', 'c'].map((guest) => ({ ...cell('default', 'right'), guest }));
    const rare = ['x', 'y', 'z'].map((format, index) => ({
      ...cell('default', index === 0 ? 'none' : 'right'),
      guest: 'b',
      format,
    }));
    const table = showMatrix([...usual, ...rare], facts);
    expect(table).to.match(/^\| machine \| guest \| elf +\| other formats +\| checked +\|$/m);
    expect(table).to.match(/^\| x86_64 +\| a +\| right +\| +\| 2026-01-02 \|$/m);
    expect(table).to.match(/^\| x86_64 +\| b +\| right +\| 1 none, 2 right +\| 2026-01-02 \|$/m);
  });

  it('has every way of asking as JSON, a row a line', () => {
    const text = matrixJson([cell('default', 'right'), cell('idt', 'wrong', 'role')], facts);
    expect(JSON.parse(text)).to.deep.equal({
      schema: 1,
      date: '2026-01-02',
      versions: { QEMU: '7.2' },
      rows: [
        {
          machine: 'x86_64',
          guest: 'la57',
          format: 'elf',
          checked: '2026-01-02',
          outcomes: { default: 'right', idt: 'wrong' },
        },
      ],
      complaints: [
        {
          guest: 'la57',
          machine: 'x86_64',
          format: 'elf',
          column: 'idt',
          checked: '2026-01-02',
          because: 'role',
        },
      ],
    });
    expect(text.split('\n')).to.include(
      '{"machine":"x86_64","guest":"la57","format":"elf","checked":"2026-01-02","outcomes":{"default":"right","idt":"wrong"}}',
    );
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
