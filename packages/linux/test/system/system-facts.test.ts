import type { ImageFacts, Stated, UtsnameField } from '@vmcorekit/core';
import { type SystemFacts, systemFactsOf } from '@vmcorekit/linux';
import { expect } from 'chai';
import { kernelWith, words } from './kernel-with.ts';

function factsOf(kernel: ReturnType<typeof kernelWith>, isFound = true): SystemFacts {
  const work = isFound
    ? systemFactsOf(kernel.dump, kernel.located, kernel)
    : systemFactsOf(kernel.dump, null, null);
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) {
      return step.value;
    }
  }
}

function header(release: string, timestamp = 0): ImageFacts {
  const stated = (value: string): Stated<string> => ({ value, at: [] });
  const utsname = Object.fromEntries(
    (['sysname', 'nodename', 'release', 'version', 'machine', 'domainname'] as const).map(
      (field): [UtsnameField, Stated<string>] => [
        field,
        stated(field === 'release' ? release : `the header's ${field}`),
      ],
    ),
  ) as Record<UtsnameField, Stated<string>>;
  return { utsname, timestampInSeconds: { value: timestamp, at: [] } };
}

function uname(release: string): Uint8Array {
  const texts = ['Linux', 'host', release, '#1 SMP', 'x86_64', '(none)'];
  return Buffer.concat(texts.map((text) => Buffer.from(text.padEnd(65, '\0'))));
}

const located = { release: '6.1.0' };

describe('systemFactsOf', () => {
  it('takes names from the memory of the kernel', () => {
    const { hostName, version } = factsOf(
      kernelWith({ init_uts_ns: uname('6.1.0') }, { located, facts: header('6.1.0') }),
    );
    expect(hostName).to.deep.equal({ value: 'host', from: 'init_uts_ns' });
    expect(version.value).to.equal('#1 SMP');
  });

  it('takes names from a header of this kernel, never from that of another', () => {
    const own = factsOf(kernelWith({}, { located, facts: header('6.1.0') }));
    expect(own.hostName).to.deep.equal({
      value: "the header's nodename",
      from: "the file's header",
    });
    for (const release of ['6.2.0', '']) {
      const other = factsOf(kernelWith({}, { located, facts: header(release) }));
      expect(other.hostName.value, release).to.equal(null);
      expect(other.release).to.deep.equal({ value: '6.1.0', from: 'the search for the kernel' });
      expect(other.machine).to.deep.equal({
        value: 'x86_64',
        from: 'the architecture of the dump',
      });
    }
  });

  it('says what file and notes say where no kernel was found', () => {
    const facts = factsOf(
      kernelWith(
        { avenrun: words(0n, 0n, 0n) },
        {
          facts: header('', 1_795_414_000),
          fileVmcoreinfo: 'OSRELEASE=6.1.0\nCRASHTIME=1795414016\n',
        },
      ),
      false,
    );
    expect(facts.release).to.deep.equal({ value: '6.1.0', from: "the file's VMCOREINFO" });
    expect(facts.crashTime).to.deep.equal({ value: 1_795_414_016, from: "the file's VMCOREINFO" });
    expect(facts.headerTime).to.deep.equal({ value: 1_795_414_000, from: "the file's header" });
    expect(facts.memoryInDump.value).to.equal(0x100000);
    expect(facts.loadAverage).to.deep.equal({ value: null, because: 'no kernel was found' });
    expect(facts.cpusInDump.value, 'no notes').to.equal(null);
  });

  it("takes no crash time out of a file's VMCOREINFO of another kernel", () => {
    const kernel = kernelWith(
      {},
      { located, fileVmcoreinfo: 'OSRELEASE=5.0\nCRASHTIME=1795414016\n' },
    );
    expect(factsOf(kernel).crashTime.value).to.equal(null);
    const own = kernelWith({}, { located, vmcoreinfo: 'CRASHTIME=1795414017\n' });
    expect(factsOf(own).crashTime.value).to.equal(1_795_414_017);
    const beyond = kernelWith({}, { located, vmcoreinfo: 'CRASHTIME=999999999999\n' });
    expect(factsOf(beyond).crashTime.value, 'after the year 9999').to.equal(null);
  });

  it('believes no time in a header that no calendar has', () => {
    const kernel = kernelWith({}, { located, facts: header('6.1.0', 2 ** 52) });
    expect(factsOf(kernel).headerTime.value).to.equal(null);
  });

  it("says why the kernel's log reports no panic", () => {
    expect(factsOf(kernelWith({}, { located })).panic)
      .to.have.property('because')
      .that.includes("the kernel's log cannot be read");
  });
});
