import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { fakeToolkit } from './support/fake-plugin.ts';
import { runCli } from './support/run-cli.ts';
import { writeTemporaryFile } from './support/temporary-file.ts';

describe('what the operating system refuses', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-refused-'));
  after(() => rmSync(folder, { recursive: true }));

  it('is reported by trust as by init if the folder of the user cannot be written', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const config = writeTemporaryFile('vmcorekit.config.yaml', 'rules: []\n');
    const { status, stderr } = await runCli(['trust', config], {
      toolkit: fakeToolkit,
      env: { XDG_CONFIG_HOME: file },
    });
    expect(stderr).to.match(
      /^vmcorekit: .*trusted\.json cannot be written: is in something that is not a folder\n$/,
    );
    expect(status).to.equal(2);
  });

  it('to open, of links that lead in a circle, has no code in it', async () => {
    symlinkSync('loop', join(folder, 'loop'));
    const { status, stderr } = await runCli(['info', join(folder, 'loop')]);
    expect(stderr).to.equal(
      `vmcorekit: ${join(folder, 'loop')}: is a symbolic link that leads in a circle\n`,
    );
    expect(status).to.equal(3);
  });

  it('to find, of a name that is no UTF-8, says what Node cannot do', async () => {
    const { stderr } = await runCli(['info', join(folder, 'bad-\ufffd\ufffd.vmcore')]);
    expect(stderr).to.match(
      /: no such file; if its name is not UTF-8, Node cannot open it: make a link to it/,
    );
  });

  it('to find standard input, if a command reads only files, names those that read it', async () => {
    const { status, stderr } = await runCli(['probe', '-']);
    expect(stderr).to.match(/^vmcorekit: only convert and repair read standard input/);
    expect(status).to.equal(2);
  });
});
