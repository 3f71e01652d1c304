import { expect } from 'chai';
import { open } from 'vmcorekit';
import { physBase, type UnnamedDumpFields, writeUnnamedDump } from './support/kernel-dump.ts';

/** The verdict, and the machine that the dump has after the search. */
async function located(fields: UnnamedDumpFields) {
  using dump = await open(writeUnnamedDump(fields));
  const { verdict } = await dump.locate();
  return { verdict, machine: dump.architecture?.name ?? null };
}

describe('a KDUMP without CPU notes whose header names no machine', () => {
  it('gives its kernel, certain, on the machine that its memory shows', async () => {
    const { verdict, machine } = await located({ own: 'x86_64' });
    expect(machine).to.equal('x86_64');
    expect(verdict.confidence).to.equal('certain');
    expect(verdict.kernel?.physBase).to.equal(physBase);
    expect(verdict.remarks.map(({ by }) => by)).to.include('machine-signs');
  });

  it('is not misled by forged names of other machines, however many', async () => {
    const { verdict, machine } = await located({
      own: 'x86_64',
      others: ['aarch64', 'aarch64', 'i686', 'i686', 's390x', 's390x'],
    });
    expect(machine).to.equal('x86_64');
    expect(verdict.kernel?.physBase).to.equal(physBase);
  });

  it('gives the kernel where the header names a machine that has none', async () => {
    const { verdict, machine } = await located({ own: 'x86_64', header: 'i686' });
    expect(machine).to.equal('x86_64');
    expect(verdict.kernel?.physBase).to.equal(physBase);
  });

  it('gives no kernel where only forged names are left', async () => {
    const { verdict, machine } = await located({ own: null, others: ['aarch64', 'armv7l'] });
    expect(verdict.kernel).to.equal(null);
    expect(machine).to.equal(null);
  });

  it('says that nothing names the machine of an empty memory', async () => {
    const { verdict } = await located({ own: null, hasKernel: false });
    expect(verdict.reason).to.equal('unsupported-architecture');
    expect(verdict.explanation).to.equal('neither the file nor its memory names the machine');
  });

  it('is read by that machine from then on', async () => {
    using dump = await open(writeUnnamedDump({ own: 'x86_64' }));
    const kernel = await dump.kernel();
    expect(kernel.located.physBase).to.equal(physBase);
    expect(dump.architecture?.name).to.equal('x86_64');
  });
});
