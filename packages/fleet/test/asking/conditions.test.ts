import { expect } from 'chai';
import fc from 'fast-check';
import { conditionsOf } from '../../dist/asking/conditions.js';

describe('conditions on results', () => {
  it('are all true for an empty filter', () => {
    expect(conditionsOf({})).to.deep.equal({ text: 'true', values: [] });
  });

  it('make a pattern of a glob, in which other signs mean themselves', () => {
    expect(conditionsOf({ release: '6.1.?-*_100%\\' }).values).to.deep.equal([
      '6.1._-%\\_100\\%\\\\',
    ]);
  });

  it('hold no text of the filter, only its places', () => {
    const text = fc.string({ minLength: 1 }).map((each) => `'${each};--`);
    fc.assert(
      fc.property(
        fc.record({ release: text, buildId: text, taint: text, damage: text, file: text }),
        (filter) => {
          const { text: sql, values } = conditionsOf(filter);
          expect(sql).to.match(/^[\w\s.$()=<>@:[\],]+$/);
          const places = [...sql.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number));
          expect(places).to.deep.equal(values.map((_, index) => index + 1));
        },
      ),
    );
  });
});
