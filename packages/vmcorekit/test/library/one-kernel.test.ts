import { fileURLToPath } from 'node:url';
import { defineAnalyzer, type Kernel } from '@vmcorekit/core';
import { expect } from 'chai';
import { open } from 'vmcorekit';

const fixture = fileURLToPath(
  new URL('../../../../fixtures/ovmf-nokaslr/dump.kdump', import.meta.url),
);

describe('the kernel of a dump', () => {
  it('is opened once for all analyses, and again after another search', async () => {
    const seen: (Kernel | null)[] = [];
    const keeper = defineAnalyzer({
      name: 'keeper',
      summary: 'keeps the kernel that it gets',
      options: {},
      *run({ kernel }) {
        yield { kind: 'progress', doing: 'keeping', fraction: null };
        seen.push(kernel);
        return { text: [], data: null };
      },
    });
    using dump = await open(fixture);
    await dump.locate();
    await dump.analyze(keeper);
    await dump.analyze(keeper);
    await dump.locate();
    await dump.analyze(keeper);
    const [first, second, third] = seen;
    expect(first).to.not.equal(null);
    expect(second).to.equal(first);
    expect(third).to.not.equal(first);
  });
});
