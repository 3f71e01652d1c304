import { expect } from 'chai';
import { aliases } from '../../dist/arguments/other-words.js';
import { commands } from '../../dist/commands/index.js';
import { runCli } from '../support/run-cli.ts';

describe('words of debuggers', () => {
  for (const [word, what] of [
    ['sig', 'signals, and who waits or uses a file'],
    ['crash', 'the whole kernel'],
    // Edit distance alone would offer init.
    ['ipcs', 'IPC objects'],
  ] as const) {
    it(`${word} is answered with the tools that show ${what}`, async () => {
      const { status, stdout, stderr } = await runCli([word, 'vmcore']);
      expect({ status, stdout }).to.deep.equal({ status: 2, stdout: '' });
      expect(stderr).to.match(new RegExp(`'${word}': crash and drgn show .*${what};`));
      expect(stderr).not.to.include('did you mean');
    });
  }

  for (const [word, command] of [
    // The answer was: crash and drgn show tasks.
    ['foreach', 'bt --all'],
    ['tree', 'ps --tree'],
    ['pahole', 'struct'],
    ['enum', 'whatis'],
  ] as const) {
    it(`${word} is answered with ${command}, which shows the same`, async () => {
      const { status, stderr } = await runCli([word, 'vmcore']);
      expect(status).to.equal(2);
      expect(stderr).to.include(`did you mean 'vmcorekit ${command}'?`);
    });
  }

  it('are neither commands nor words that work here', async () => {
    const { debuggerAdvice } = await import('../../dist/arguments/debugger-words.js');
    const ours = [...commands.map(({ name }) => name), ...aliases.keys()];
    expect(ours.filter((word) => debuggerAdvice(word) !== undefined)).to.deep.equal([]);
  });
});
