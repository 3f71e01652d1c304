import { expect } from 'chai';
import { aliases } from '../../dist/arguments/other-words.js';
import { commands } from '../../dist/commands/index.js';
import { runCli } from '../support/run-cli.ts';

describe('words of debuggers', () => {
  for (const [word, what] of [
    ['foreach', 'tasks'],
    ['crash', 'the whole kernel'],
    // Edit distance alone would offer trust and init for these.
    ['pahole', 'layouts of types'],
    ['ipcs', 'IPC objects'],
  ] as const) {
    it(`${word} is answered with the tools that show ${what}`, async () => {
      const { status, stdout, stderr } = await runCli([word, 'vmcore']);
      expect({ status, stdout }).to.deep.equal({ status: 2, stdout: '' });
      expect(stderr).to.match(new RegExp(`'${word}': crash and drgn show .*${what};`));
      expect(stderr).not.to.include('did you mean');
    });
  }

  it('are neither commands nor words that work here', async () => {
    const { debuggerAdvice } = await import('../../dist/arguments/debugger-words.js');
    const ours = [...commands.map(({ name }) => name), ...aliases.keys()];
    expect(ours.filter((word) => debuggerAdvice(word) !== undefined)).to.deep.equal([]);
  });
});
