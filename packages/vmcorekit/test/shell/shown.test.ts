import { printable, VmcorekitError } from '@vmcorekit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { shown } from '../../dist/shell/shown.js';

describe('shown', () => {
  it('shows addresses in hexadecimal, also within lists, and small numbers as they are', () => {
    expect(shown(0xffffffff81000000n, 80)).to.equal('0xffffffff81000000n');
    expect(shown([3n, 65536n, -65536n], 80)).to.equal('[ 3n, 0x10000n, -0x10000n ]');
  });

  it('leaves digits in text as they are', () => {
    expect(shown({ text: '123456n', other: "it's 123456n" }, 80)).to.equal(
      `{ text: '123456n', other: "it's 123456n" }`,
    );
  });

  it('shows an error of the library by its sentence, without where it was thrown', () => {
    const error = new VmcorekitError('no-kernel', { file: 'vmcore', because: 'it is empty' });
    expect(shown(error, 80)).to.equal(`VmcorekitError: ${error.message}`);
  });

  it('lets no text control a terminal, in values, keys and errors', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const value of [
          text,
          { [text]: text },
          new Error(text),
          Symbol(text),
          new Map([[text, 1n]]),
        ]) {
          const lines = shown(value, 80).split('\n');
          expect(lines.map(printable)).to.deep.equal(lines);
        }
      }),
    );
  });

  it('shows an object that throws when it is looked at', () => {
    const hostile = {
      get [Symbol.toStringTag]() {
        throw new Error('\x1b[2J');
      },
    };
    expect(shown(hostile, 80)).not.to.contain('\x1b');
  });
});
