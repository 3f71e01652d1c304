import { expect } from 'chai';
import fc from 'fast-check';
import { filterOf } from '../../dist/serving/filter-of.js';
import { readRequest } from '../../dist/serving/request.js';

describe('a request for a page', () => {
  for (const [target, accept, path, form] of [
    ['/', 'text/html,*/*', '/', 'html'],
    ['/results?release=6*', undefined, '/results', 'html'],
    ['/results.json?release=6*', 'text/html', '/results', 'json'],
    ['/queue', 'application/json', '/queue', 'json'],
    ['/queue', 'text/html, application/json;q=0.5', '/queue', 'html'],
  ] as const) {
    it(`${target} with ${accept ?? 'no Accept'} is ${path} as ${form}`, () => {
      expect(readRequest(target, accept)).to.include({ path, form });
    });
  }

  it('is refused where the target is no path', () => {
    for (const target of [
      '',
      '*',
      'http://evil.example/',
      'evil:80',
      '/#x',
      `/${'a'.repeat(2000)}`,
    ]) {
      expect(() => readRequest(target, undefined), target).to.throw(/no address of a page/);
    }
  });

  it('is read or refused with a sentence, whatever it holds', () => {
    fc.assert(
      fc.property(fc.webQueryParameters(), (query) => {
        try {
          filterOf(readRequest(`/results?${query}`, undefined).query);
        } catch (error) {
          expect((error as Error).name).to.equal('BadRequest');
        }
      }),
    );
  });

  it('narrows results by the fields that are not empty', () => {
    const query = new URLSearchParams('release=6.1.*&module=&since=2026-11-30&before=3');
    expect(filterOf(query)).to.deep.equal({ release: '6.1.*', since: '2026-11-30T00:00:00.000Z' });
  });

  for (const query of ['outcome=great', 'outcome=toString', 'since=yesterday', 'module=%00']) {
    it(`is refused for ${query}`, () => {
      expect(() => filterOf(new URLSearchParams(query))).to.throw(/wanted|cannot be searched/);
    });
  }
});
