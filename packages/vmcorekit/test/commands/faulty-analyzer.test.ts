import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { writeKernelDump } from '../support/kernel-dump.ts';
import { runCli } from '../support/run-cli.ts';
import { writeTemporaryFile } from '../support/temporary-file.ts';

describe('analyze with an analyzer that fails', () => {
  // It was `internal error: Converting circular structure to JSON`, exit status 3.
  it('blames the analyzer for data that JSON cannot hold', async () => {
    const config = writeTemporaryFile('site.yaml', 'plugins: [./own.mjs]');
    writeFileSync(
      join(dirname(config), 'own.mjs'),
      `export default { name: 'own', analyzers: [{ name: 'own', summary: 's', options: {},
        *run() { const data = {}; data.self = data; return { text: ['x'], data }; } }] };`,
    );
    const args = ['analyze', '--json', '--config', config, 'own', writeKernelDump().path];
    const { status, stderr, json } = await runCli(args);
    expect(status).to.equal(2);
    expect(stderr).to.include("analyzer 'own' failed: TypeError: Converting circular structure");
    expect(json()).to.have.nested.property('[0].error.code', 'plugin-failed');
  });
});
