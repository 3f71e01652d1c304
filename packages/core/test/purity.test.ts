import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';

const source = new URL('../src/', import.meta.url);

describe('@vmcorekit/core', () => {
  it('imports no Node built-in so a browser can load it', () => {
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    expect(files.length).to.be.above(40);
    const offenders = files.filter((file) =>
      /from '(?:node:|fs|path|vm|os)|\b(?:Buffer|process)\b\./.test(
        readFileSync(new URL(file, source), 'utf8'),
      ),
    );
    expect(offenders).to.deep.equal([]);
  });
});
