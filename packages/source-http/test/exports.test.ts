import { readFileSync } from 'node:fs';
import * as exported from '@vmcorekit/source-http';
import * as fetching from '@vmcorekit/source-http/fetching';
import * as reading from '@vmcorekit/source-http/reading';
import { expect } from 'chai';

describe('@vmcorekit/source-http', () => {
  it('exports what its README names', () => {
    expect(Object.keys(exported).sort()).to.deep.equal([
      'HttpOpener',
      'MissingError',
      'RemoteFiles',
      'plugin',
    ]);
    expect(Object.keys(fetching).sort()).to.deep.equal(['Fault', 'serveFetching', 'statusFault']);
    expect(Object.keys(reading).sort()).to.deep.equal([
      'Fault',
      'MissingError',
      'RemoteSource',
      'Tries',
      'blockSizeInBytes',
      'changeBetween',
      'checkedAnswer',
      'leastProgressInBytes',
      'openingError',
      'pinnedIfEmpty',
      'pinningHeaders',
      'plainNameOf',
      'refusePage',
      'retrying',
      'urlBeside',
      'usualPatience',
    ]);
  });

  it('reads in a browser too: no module of `reading` knows Node', () => {
    const waiting = [new URL('../dist/reading.js', import.meta.url).href];
    const seen = new Set(waiting);
    for (let href = waiting.pop(); href !== undefined; href = waiting.pop()) {
      const text = readFileSync(new URL(href), 'utf8');
      expect(text, href).not.to.match(/from 'node:|\b(?:Buffer|process)\b\./);
      for (const [, name = ''] of text.matchAll(/from '(\.[^']+)'/g)) {
        const next = new URL(name, href).href;
        waiting.push(...(seen.has(next) ? [] : [next]));
        seen.add(next);
      }
    }
    expect(seen.size).to.be.above(8);
  });
});
