import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { isSourceFailure, VmcorekitError } from '../dist/index.js';

const packages = new URL('../../', import.meta.url);
/** How code let some failures of a source pass, and took others for damage. */
const byHand: readonly RegExp[] = [
  /isVmcorekitError\(\w+, '(?:contract|transfer-limit)'\)/,
  /\.code [!=]== '(?:io|contract|transfer-limit)'/,
  /isVmcorekitError\(\w+\) (?:&&|\|\|) !?isVmcorekitError\(\w+, 'io'\)/,
  /isVmcorekitError\((\w+), 'io'\) \? \1\b/,
];

describe('a failure of a source', () => {
  it('is each error that says nothing about the bytes, and no other', () => {
    expect(
      [
        new VmcorekitError('io', { file: 'dump', because: 'gone' }),
        new VmcorekitError('transfer-limit', { file: 'dump', limitInBytes: 1 }),
        new VmcorekitError('contract', { what: 'closed' }),
        new VmcorekitError('bad-data', { codec: 'lzo', because: 'ends early' }),
        new Error('io'),
        undefined,
      ].map(isSourceFailure),
    ).to.deep.equal([true, true, true, false, false, false]);
  });

  it('is named in one place only', () => {
    const files = readdirSync(packages, { recursive: true, encoding: 'utf8' }).filter(
      (file) => /^[^/]+\/src\/.*\.ts$/.test(file) && file !== 'core/src/source-failure.ts',
    );
    expect(files.length).to.be.above(500);
    const offenders = files.filter((file) => {
      const text = readFileSync(new URL(file, packages), 'utf8');
      return byHand.some((pattern) => pattern.test(text));
    });
    // A probe that breaks a contract is a plug-in that fails. A search treats the limit of what may
    // be fetched unlike other failures.
    expect(offenders.sort()).to.deep.equal([
      'engine/src/opening/claims.ts',
      'engine/src/search/blackboard.ts',
      'engine/src/search/run-guarded.ts',
    ]);
  });
});
