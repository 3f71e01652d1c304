import { display } from '@vmcorekit/report';
import { expect } from 'chai';
import { open } from 'vmcorekit';
import { writeKernelDump } from '../support/kernel-dump.ts';

describe('the library in a notebook', () => {
  it('has answers that show themselves', async () => {
    using dump = await open(writeKernelDump().path);
    const found = await dump.locate();
    expect(found).to.have.property(display).that.is.a('function');
    const answers = [found, await dump.analyze('memory-map'), await dump.describe()];
    const [verdict, map, description] = answers.map((each) => each[display]());
    expect(verdict?.['text/plain']).to.match(/certain\n {2}phys_base +-0x25600000/);
    expect(verdict?.['text/html']).to.match(/^<pre>/);
    expect(verdict?.['application/json']).to.include({ confidence: 'certain' });
    expect(map).to.have.property('image/svg+xml');
    expect(description?.['text/plain']).to.match(/kernel/);
  });
});
