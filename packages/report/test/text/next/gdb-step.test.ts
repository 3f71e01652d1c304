import { expect } from 'chai';
import { gdbSteps } from '../../../dist/text/next/gdb-step.js';

describe('how gdb goes on', () => {
  it('is named for the kernel that was chosen, with the files as a shell takes them', () => {
    const facts = { architecture: 'x86_64', files: ['my vmcore'] };
    expect(gdbSteps({ isChosen: true }, facts)).to.deep.equal([
      { command: "vmcorekit gdbserver 'my vmcore'", because: null },
    ]);
  });

  it('is not named for another kernel, nor for a machine that is not known', () => {
    const files = ['vmcore'];
    expect(gdbSteps({ isChosen: false }, { architecture: 'x86_64', files })).to.deep.equal([]);
    expect(gdbSteps({ isChosen: true }, { architecture: null, files })).to.deep.equal([]);
  });
});
