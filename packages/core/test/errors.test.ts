import { isVmcorekitError, VmcorekitError } from '@vmcorekit/core';
import { expect } from 'chai';

interface Copy {
  readonly VmcorekitError: typeof VmcorekitError;
}

/** A second copy of core, as a plug-in under the bundled command has one. */
async function secondCopy(): Promise<Copy> {
  return (await import(new URL('../dist/errors.js?second-copy', import.meta.url).href)) as Copy;
}

class Special extends VmcorekitError<'io'> {}

const facts = { file: 'vmcore', because: 'EIO' };

describe('VmcorekitError', () => {
  it('does not say that a kernel of many types has none where it lists no names', () => {
    const unlisted = { kind: 'type', name: 'nosuch', known: [] };
    expect(new VmcorekitError('unknown-name', unlisted).message).to.equal(
      "no type is called 'nosuch'",
    );
    expect(new VmcorekitError('unknown-name', { ...unlisted, known: ['a', 'b'] }).message).to.equal(
      "no type is called 'nosuch' (there are a, b)",
    );
  });

  it('knows the errors of another copy of the library', async () => {
    const { VmcorekitError: Other } = await secondCopy();
    expect(Other).to.not.equal(VmcorekitError);
    expect(new Other('io', facts)).to.be.instanceOf(VmcorekitError);
    expect(new VmcorekitError('io', facts)).to.be.instanceOf(Other);
    expect(isVmcorekitError(new Other('io', facts), 'io')).to.equal(true);
  });

  it('knows the subclasses of another copy', async () => {
    const { VmcorekitError: Other } = await secondCopy();
    expect(new Special('io', facts))
      .to.be.instanceOf(Other)
      .and.instanceOf(VmcorekitError)
      .and.instanceOf(Error);
  });

  it('leaves a subclass to know only its own', async () => {
    const { VmcorekitError: Other } = await secondCopy();
    expect(new Special('io', facts)).to.be.instanceOf(Special);
    expect(new VmcorekitError('io', facts)).to.not.be.instanceOf(Special);
    expect(new Other('io', facts)).to.not.be.instanceOf(Special);
  });

  it('knows no other value', () => {
    const marked = { isVmcorekitError: true };
    for (const value of [new Error('io'), marked, null, undefined, 'io']) {
      expect(value).to.not.be.instanceOf(VmcorekitError);
    }
  });
});
