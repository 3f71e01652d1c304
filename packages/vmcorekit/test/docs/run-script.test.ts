import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'chai';
import { writeTemporaryFile } from '../support/temporary-file.ts';
import { runScript } from './run-script.ts';

describe('the environment of an example of the documents', () => {
  it('does not last: the next test had the credentials of an example', async () => {
    const { HOME } = process.env;
    const path = writeTemporaryFile('example.mjs', '');
    writeFileSync(
      path,
      "process.env.VMCOREKIT_EXAMPLE = 'true'; delete process.env.HOME; console.log('ran');",
    );
    expect(await runScript(dirname(path), 'example.mjs')).to.equal('ran');
    expect(process.env.VMCOREKIT_EXAMPLE).to.equal(undefined);
    expect(process.env.HOME).to.equal(HOME);
  });
});
