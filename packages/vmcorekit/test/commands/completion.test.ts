import { expect } from 'chai';
import { runCli } from '../support/run-cli.ts';

describe('vmcorekit completion', () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    it(`prints a script for ${shell}, as text or in JSON`, async () => {
      const text = await runCli(['completion', shell]);
      const json = await runCli(['completion', shell, '--json']);
      expect({ status: text.status, stderr: text.stderr }).to.deep.equal({ status: 0, stderr: '' });
      expect(text.stdout).to.include(`vmcorekit completion ${shell}`);
      expect(json.json()).to.deep.equal([{ schema: 1, shell, script: text.stdout }]);
    });
  }

  it('names the shells where another is given', async () => {
    const { status, stdout, stderr } = await runCli(['completion', 'toString']);
    expect({ status, stdout, stderr }).to.deep.equal({
      status: 2,
      stdout: '',
      stderr: "vmcorekit: got 'toString', wanted one of bash, zsh, fish\n",
    });
  });

  it('needs no configuration that can be read', async () => {
    const { status } = await runCli(['completion', 'bash', '--config', '/nowhere/at/all.yaml']);
    expect(status).to.equal(0);
  });
});
