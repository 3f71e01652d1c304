import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDom0Script, xenDoneMark } from '@vmcorekit/lab/xen/dom0-script';
import { parseXenRegisters, takeXenFiles } from '@vmcorekit/lab/xen/take-files';
import { expect } from 'chai';

const consoleText = `LAB-XEN-FILE xen-save 300\r
vcpu0:\r
rip: ffffffff81a043a5\r
flags: 00001246 i z p\r
 cs: e033\t ss: e02b\r
\r
cr0: 0000000080050033\r
cr2: 00000000005794a9\r
cr3: 000000001703e000\r
cr4: 0000000000000660\r
\r
vcpu1:\r
rip: 0000000000000007\r
LAB-XEN-FILE xen-core 200\r
`;

describe('a domain of Xen', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lab-xen-'));
  after(() => rmSync(folder, { recursive: true }));

  it('is saved while it runs, and dumped when it is paused and its registers are shown', () => {
    const script = buildDom0Script({
      type: 'pvh',
      memoryInMebibytes: 128,
      cpuCount: 2,
      commandLine: ['console=hvc0', 'quiet'],
      endOfTruth: 'END',
    });
    const at = ['xl create', 'xl save -c', 'xl pause', 'xenctx', 'xl dump-core', xenDoneMark].map(
      (word) => script.indexOf(word),
    );
    expect(at).to.deep.equal(at.toSorted((a, b) => a - b));
    expect(at[0]).to.be.above(0);
    expect(script).to.include('extra = "console=hvc0 quiet"');
    expect(script).to.include('type = "pvh"');
  });

  it('has the registers that xenctx showed, on lines of their own', () => {
    const cpus = parseXenRegisters(consoleText);
    expect(
      cpus.map(({ index, instructionPointer, cr3 }) => [index, instructionPointer, cr3]),
    ).to.deep.equal([
      [0, '0xffffffff81a043a5', '0x1703e000'],
      [1, '0x7', null],
    ]);
  });

  it('has files that are cut to what Xen wrote', () => {
    for (const name of ['xen-core', 'xen-save']) {
      writeFileSync(join(folder, `${name}.vmcore`), Buffer.alloc(4096, 1));
    }
    const records = takeXenFiles(consoleText, folder);
    expect(records.map(({ format, sizeInBytes }) => [format, sizeInBytes])).to.deep.equal([
      ['xen-core', 200],
      ['xen-save', 300],
    ]);
    expect(statSync(join(folder, 'xen-save.vmcore')).size).to.equal(300);
    expect(existsSync(join(folder, 'xen-core.vmcore'))).to.equal(true);
    expect(() => takeXenFiles('', folder)).to.throw(/dom0 did not write the domain's xen-core/);
  });
});
