import { readFileSync } from 'node:fs';
import { BufferSink, BufferSource } from '@vmcorekit/core';
import { expect } from 'chai';
import { open } from 'vmcorekit';
import { physBase, writeKernelDump } from '../support/kernel-dump.ts';
import { codeOf, rejectionOf } from '../support/rejection.ts';

type OpenedDump = Awaited<ReturnType<typeof open>>;

describe('a dump that is closed', () => {
  const { path } = writeKernelDump();

  const methods: Readonly<Record<string, (dump: OpenedDump) => Promise<unknown>>> = {
    locate: (dump) => dump.locate(),
    kernel: (dump) => dump.kernel(),
    analyze: (dump) => dump.analyze('vmcoreinfo'),
    verify: (dump) => dump.verify(),
    compare: (dump) => dump.compare(dump),
    convert: (dump) => dump.convert(new BufferSink()),
    repair: (dump) => dump.repair(new BufferSink()),
    repairInPlace: (dump) => dump.repairInPlace(),
    undoRepair: (dump) => dump.undoRepair('undo'),
  };
  for (const [name, call] of Object.entries(methods)) {
    it(`throws contract and names the file: ${name}`, async () => {
      const dump = await open(path);
      await dump.kernel();
      dump.close();
      const error = await rejectionOf(call(dump));
      expect(error).to.have.property('code', 'contract');
      expect(error).to.have.property('message', `${path} was used after it was closed`);
    });
  }

  it('gives its image no more, but what the file said of itself', async () => {
    const dump = await open(path);
    dump.close();
    expect(() => dump.image).to.throw('was used after it was closed');
    expect(dump.files).to.deep.equal([path]);
    expect(dump.isClosed).to.equal(true);
    expect(dump.cpus).to.not.deep.equal([]);
  });

  it('is closed by using, and by close as often as it likes', async () => {
    let closed = 0;
    const source = new BufferSource(readFileSync(path), 'bytes');
    const dispose = source[Symbol.dispose].bind(source);
    const watched = Object.assign(source, {
      [Symbol.dispose]: () => {
        closed++;
        dispose();
      },
    });
    {
      using dump = await open(watched);
      expect(dump.isClosed).to.equal(false);
      dump.close();
      dump.close();
    }
    expect(closed).to.equal(1);
  });

  it('ends the work under way', async () => {
    const dump = await open(path);
    const work = dump.locate({ all: true, onProgress: () => dump.close() });
    expect(await codeOf(work)).to.equal('contract');
  });

  it('leaves another dump of the same file open', async () => {
    const dump = await open(path);
    using other = await open(path);
    dump.close();
    expect((await other.kernel()).located.physBase).to.equal(physBase);
  });
});
