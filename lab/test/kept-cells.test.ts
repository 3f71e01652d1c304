import { joinCells, joinVersions, keepOthers } from '@vmcorekit/lab/check/kept-cells';
import { type Cell, matrixJson, showMatrix } from '@vmcorekit/lab/check/matrix';
import { expect } from 'chai';

function cell(guest: string, checked: string, because = ''): Cell {
  return {
    guest,
    machine: 'x86_64',
    format: 'elf',
    column: 'default',
    checked,
    judgement: { outcome: because === '' ? 'right' : 'wrong', because },
  };
}

const old = '2026-01-02';
const today = '2026-03-04';
const saved = matrixJson([cell('a', old), cell('b', old), cell('c', old, 'role')], {
  date: old,
  versions: new Map([['QEMU', '7.2']]),
});

describe('rows of guests that a check does not ask', () => {
  it('stay in the matrix, in order and with the date of their own check', () => {
    const { cells } = keepOthers(saved, new Set(['b']));
    const joined = joinCells(cells, [cell('b', today)]);
    const table = showMatrix(joined, { date: today, versions: new Map() });
    const rows = [...table.matchAll(/^\| x86_64 +\| (\S+) .* (\S+) \|$/gm)];
    expect(rows.map(([, guest, checked]) => [guest, checked])).to.deep.equal([
      ['a', old],
      ['b', today],
      ['c', old],
    ]);
  });

  it('stay wrong, with the reason', () => {
    const { cells } = keepOthers(saved, new Set(['a', 'b']));
    expect(cells).to.deep.equal([cell('c', old, 'role')]);
  });

  it('have their versions listed with the new ones', () => {
    const { versions } = keepOthers(saved, new Set(['a']));
    const asked = new Map([['QEMU', '10.0, 7.2']]);
    expect([...joinVersions(versions, asked)]).to.deep.equal([['QEMU', '10.0, 7.2']]);
    expect([...joinVersions(versions, new Map([['QEMU', '10.0']]))]).to.deep.equal([
      ['QEMU', '10.0, 7.2'],
    ]);
  });

  it('leave no version where every guest is asked again', () => {
    expect(keepOthers(saved, new Set(['a', 'b', 'c'])).versions.size).to.equal(0);
  });
});
