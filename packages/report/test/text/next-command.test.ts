import { locatedKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import { nextCommand } from '../../dist/text/next-command.js';

const kernel = locatedKernel({
  physBase: -0x25600000,
  kaslrOffset: 0x27e00000,
  release: '6.9.0',
  banner: 'Linux version 6.9.0 (me@home) #1',
  buildId: 'abcdef01',
  role: 'running',
});

describe('the next command', () => {
  it('names vmlinux by its role where nothing tells where it is, and how to get it by build ID', () => {
    expect(nextCommand(kernel, ['vmcore'])).to.deep.equal({
      command: 'crash --machdep phys_base=-0x25600000 --kaslr=0x27e00000 vmlinux vmcore',
      hints: ['by build ID: debuginfod-find debuginfo abcdef01'],
    });
  });

  it('takes the user’s own vmlinux', () => {
    expect(nextCommand(kernel, ['vmcore'], '/src/my linux/vmlinux')).to.deep.equal({
      command: "crash --machdep phys_base=-0x25600000 --kaslr=0x27e00000 '/src/my linux/vmlinux' vmcore",
      hints: [],
    });
  });

  it('gives no phys_base where the architecture has none', () => {
    expect(nextCommand({ ...kernel, physBase: null }, ['vmcore']).command).to.equal('crash --kaslr=0x27e00000 vmlinux vmcore');
  });

  it('names all parts of a split dump', () => {
    expect(nextCommand(kernel, ['dump.1', 'dump.2']).command).to.match(/ vmlinux dump\.1 dump\.2$/);
  });
});
