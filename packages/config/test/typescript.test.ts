import { expect } from 'chai';
import { typeScriptRefusal } from '../dist/typescript.js';

describe('TypeScript', () => {
  const runs = 'typescript' in process.features && process.features.typescript !== false;

  it('is refused where Node does not run it, with what to do', () => {
    for (const path of ['/site/plug.ts', '/site/plug.mts', '/site/plug.cts']) {
      const refusal = `Node ${process.versions.node} runs no TypeScript: compile it to .mjs, or use Node 22.18 or later`;
      expect(typeScriptRefusal(path)).to.equal(runs ? undefined : refusal);
    }
  });

  it('is no matter of other files', () => {
    expect(['/site.ts/plug.mjs', '/site/ts'].map(typeScriptRefusal)).to.deep.equal([
      undefined,
      undefined,
    ]);
  });
});
