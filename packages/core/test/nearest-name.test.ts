import { nearestName } from '@vmcorekit/core/nearest-name';
import { expect } from 'chai';
import fc from 'fast-check';

/** The distance by its definition, without any limit. */
function distance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (const [at, letter] of from.split('').entries()) {
    const above = rows[at] ?? [];
    const row = [at + 1];
    for (const [column, other] of to.split('').entries()) {
      const replaced = (above[column] ?? 0) + (letter === other ? 0 : 1);
      row.push(Math.min(replaced, (above[column + 1] ?? 0) + 1, (row[column] ?? 0) + 1));
    }
    rows.push(row);
  }
  return rows.at(-1)?.at(-1) ?? 0;
}

describe('nearestName', () => {
  it('finds the name that was mistyped, or begun', () => {
    const known = ['init_mm', 'init_task', 'init_pid_ns', 'jiffies_64'];
    expect(nearestName('init_tsk', known)).to.equal('init_task');
    expect(nearestName('jif', known)).to.equal('jiffies_64');
  });

  it('finds none where all are far, too long, or as far as they are long', () => {
    expect(nearestName('runqueues', ['init_task', 'runqueues_of_all_cpus'])).to.equal(
      'runqueues_of_all_cpus',
    );
    expect(nearestName('xunqueues', ['init_task', 'runqueues_of_all_cpus'])).to.equal(undefined);
    expect(nearestName('ab', ['cd', ''])).to.equal(undefined);
    expect(nearestName('x'.repeat(100_000), ['x'])).to.equal(undefined);
  });

  it('is the first of the least distance, as distances are defined', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '_'), maxLength: 12 });
    fc.assert(
      fc.property(word, fc.array(word, { maxLength: 8 }), (given, known) => {
        const limit = Math.max(2, Math.floor(given.length / 3)) + 1;
        const distances = known.map((name) => {
          const isBegun = given.length >= 3 && name.startsWith(given);
          const far = Math.abs(name.length - given.length) > 8;
          const own = isBegun ? 1 : far ? limit : distance(given, name);
          return own < limit && own < name.length ? own : Number.POSITIVE_INFINITY;
        });
        const least = Math.min(...distances);
        const expected =
          least === Number.POSITIVE_INFINITY ? undefined : known[distances.indexOf(least)];
        expect(nearestName(given, known)).to.equal(expected);
      }),
    );
  });
});
