import * as gdb from '@vmcorekit/gdb';
import { expect } from 'chai';

describe('@vmcorekit/gdb', () => {
  it('exports the session, the target of a kernel, and the machines', () => {
    expect(Object.keys(gdb).sort()).to.deep.equal([
      'GdbSession',
      'KernelTarget',
      'execFileOf',
      'gdbMachineOf',
      'gdbMachines',
      'maxPacketLength',
      'symbolFile',
      'symbolFileSteps',
    ]);
  });
});
