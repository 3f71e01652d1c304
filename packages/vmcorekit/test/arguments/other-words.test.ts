import { expect } from 'chai';
import { flag, type OptionTable } from '../../dist/arguments/option-spec.js';
import { aliases, aliasList, argumentsMeant } from '../../dist/arguments/other-words.js';
import { commands } from '../../dist/commands/index.js';
import { writeKernelDump } from '../support/kernel-dump.ts';
import { runCli } from '../support/run-cli.ts';

const commandWith = (name: string, options: OptionTable = {}) => ({
  name,
  load: async () => ({ options }),
});

describe('words of other tools', () => {
  for (const [word, meant] of aliases) {
    it(`${word} runs ${meant.join(' ')} where there is such a command, and nothing else`, async () => {
      const expanded = await argumentsMeant(word, commands);
      const [first = ''] = meant;
      if (expanded === undefined) {
        const { stderr, status } = await runCli([word]);
        expect(status).to.equal(2);
        expect(stderr).to.include(`there is no command '${word}'`);
        return;
      }
      expect(expanded).to.deep.equal(meant);
      const { stdout, status } = await runCli([word, '--help']);
      expect(stdout).to.equal((await runCli([...meant, '--help'])).stdout);
      expect(status).to.equal(0);
      expect(stdout).to.match(first.startsWith('-') ? /^[0-9.]+\n$/ : /^vmcorekit [a-z]+: /);
    });
  }

  it('count only where their command and its options are there', async () => {
    const probe = commandWith('probe');
    const table = commandWith('probe', { table: flag('x'), recursive: flag('x', 'r') });
    expect(await argumentsMeant('sys', [probe])).to.equal(undefined);
    expect(await argumentsMeant('sys', [commandWith('describe')])).to.deep.equal(['describe']);
    expect(await argumentsMeant('ls', [probe])).to.equal(undefined);
    expect(await argumentsMeant('ls', [table])).to.deep.equal(['probe', '--table', '-r']);
  });

  it('give way to a command of the same name', async () => {
    expect(await argumentsMeant('sys', [commandWith('sys'), commandWith('describe')])).to.equal(
      undefined,
    );
  });

  it('are in the help, as far as they count', async () => {
    const { stdout } = await runCli(['--help']);
    expect(stdout).to.match(/dmesg \(log\)/);
    expect(stdout).to.match(/vtop\s+\(translate\)/);
    expect(aliasList([{ name: 'describe' }])).to.include('sys (describe)');
    expect(aliasList([{ name: 'probe' }])).not.to.include('sys');
  });

  it('print what their command prints', async () => {
    const { path } = writeKernelDump();
    const one = await runCli(['vtop', path, 'linux_banner']);
    expect(one.status).to.equal(0);
    expect(one).to.deep.include({
      stdout: (await runCli(['translate', path, 'linux_banner'])).stdout,
      stderr: '',
    });
  });

  it('are topics of help', async () => {
    const { stdout } = await runCli(['help', 'dmesg']);
    expect(stdout).to.equal((await runCli(['help', 'log'])).stdout);
    expect((await runCli(['help', 'version'])).stdout).to.equal((await runCli(['--help'])).stdout);
  });
});
