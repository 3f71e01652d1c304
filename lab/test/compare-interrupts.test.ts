import { compareInterrupts } from '@vmcorekit/lab/introspection/compare-interrupts';
import { expect } from 'chai';
import { procOf } from './proc-of.ts';

const proc = procOf({
  '/proc/interrupts': [
    '           CPU0       CPU1       ',
    '  4:          3        117   IO-APIC   4-edge      ttyS0, other one',
    'LOC:       4162       4569   Local timer interrupts',
    '',
  ].join('\n'),
});
const serial = {
  number: 4,
  name: 'ttyS0,other one',
  chip: 'IO-APIC',
  hardwareNumber: 4,
  flow: 'edge',
  isHidden: false,
  // Of CPUs that may come too, which /proc does not show.
  counts: [3, 117, 0],
};

describe('the comparison of interrupts', () => {
  it('finds no difference where the answer is what /proc says', () => {
    expect(compareInterrupts({ interrupts: [serial] }, proc)).to.deep.equal({
      compared: 1,
      excluded: [],
      differences: [],
    });
  });

  it('finds another handler, controller, number and way to handle it', () => {
    const wrong = { ...serial, name: 'ttyS0', chip: 'XT-PIC', hardwareNumber: 5, flow: 'level' };
    const { differences } = compareInterrupts({ interrupts: [wrong] }, proc);
    expect(differences.map(({ field }) => field)).to.have.members([
      ...['name', 'chip', 'hardwareNumber', 'flow'],
    ]);
  });

  it('leaves out what /proc hides, and how arm64 says that an interrupt is triggered', () => {
    const armProc = procOf({
      '/proc/interrupts': '      CPU0  CPU1\n 13:  0  0  GIC-0  33 Level     uart-pl011\n',
    });
    const uart = {
      ...{ number: 13, name: 'uart-pl011', chip: null, hardwareNumber: 33, flow: null },
      ...{ isHidden: false, counts: [0, 0] },
    };
    const hidden = { ...uart, number: 1, name: 'IPI', isHidden: true };
    const { compared, differences } = compareInterrupts({ interrupts: [hidden, uart] }, armProc);
    expect([compared, differences]).to.deep.equal([1, []]);
  });

  it('knows a chip whose name has two words', () => {
    const riscvProc = procOf({
      '/proc/interrupts': '      CPU0  CPU1\n 13:  5  0  SiFive PLIC  11 Edge      101000.rtc\n',
    });
    const clock = {
      ...{ number: 13, name: '101000.rtc', chip: 'SiFive PLIC', hardwareNumber: 11, flow: null },
      ...{ isHidden: false, counts: [5, 0] },
    };
    const { differences } = compareInterrupts({ interrupts: [clock] }, riscvProc);
    expect(differences).to.deep.equal([]);
  });

  it('knows the lines of s390x, without numbers of the chip, and by name', () => {
    const s390xProc = procOf({
      '/proc/interrupts':
        '      CPU0  CPU1\nEXT:  5  6\n  3:  0  1  PCI-MSIX-0001:00:00.0  virtio0-config\nCLK:  1  2  [EXT] Clock Comparator\n',
    });
    const disk = {
      ...{ number: 3, name: 'virtio0-config', chip: 'PCI-MSIX-0001:00:00.0' },
      ...{ hardwareNumber: 0, flow: null, isHidden: false, counts: [0, 1] },
    };
    const external = { ...disk, number: 0, name: 'EXT', chip: 'dummy', counts: [5, 6] };
    const { compared, differences } = compareInterrupts(
      { interrupts: [external, disk] },
      s390xProc,
    );
    expect([compared, differences]).to.deep.equal([2, []]);
    const fewer = { interrupts: [{ ...external, counts: [5, 5] }, disk] };
    expect(compareInterrupts(fewer, s390xProc).differences).to.have.length(1);
  });

  it('finds a count that fell, but takes one that rose for a move', () => {
    const fallen = { interrupts: [{ ...serial, counts: [3, 116] }] };
    expect(compareInterrupts(fallen, proc).differences).to.have.length(1);
    const risen = compareInterrupts({ interrupts: [{ ...serial, counts: [4, 117] }] }, proc);
    expect(risen.differences).to.deep.equal([]);
    expect(risen.excluded[0]?.proof).to.equal(
      'its count on CPU 0 went from 3 to 4 before the dump',
    );
  });
});
