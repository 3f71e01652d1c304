import { compareBpf } from '@vmcorekit/lab/introspection/compare-bpf';
import { compareDevices } from '@vmcorekit/lab/introspection/compare-devices';
import { expect } from 'chai';
import { procOf } from './proc-of.ts';

const proc = procOf({
  '/proc/devices': 'Character devices:\n  4 tty\n  4 tty\n\nBlock devices:\n  7 loop\n',
  '/proc/partitions': 'major minor  #blocks  name\n\n   7        0       8192 loop0\n',
  '/proc/swaps':
    'Filename\t\t\tType\t\tSize\t\tUsed\t\tPriority\n/dev/zram0   partition\t32764\t1024\t-2\n',
  '/proc/ioports': '0000-0cf7 : PCI Bus 0000:00\n  0020-0021 : pic1\n',
  '/proc/iomem': '',
});
const tty = { major: 4, firstMinor: 0, minors: 1, name: 'tty', address: '0x1' };
const loop = { major: 7, firstMinor: null, minors: null, name: 'loop', address: '0x1' };
const disk = { major: 7, minor: 0, name: 'loop0', size: 8388608 };
const bus = { start: '0x0', end: '0xcf7', name: 'PCI Bus 0000:00', depth: 0 };
const answers = {
  dev: {
    characterDevices: [tty, tty],
    blockDrivers: [loop],
    blockDevices: [disk, { ...disk, minor: 1, name: 'loop1', size: 0 }],
  },
  io: { ports: [bus, { start: '0x20', end: '0x21', name: 'pic1', depth: 1 }], memory: [] },
  swap: [
    {
      ...{
        address: '0x1',
        path: '/dev/zram0',
        type: 'partition' as const,
        size: 32764,
        used: 1024,
      },
      ...{ priority: -2, isWritable: true },
    },
  ],
};

describe('the comparison of devices', () => {
  it('finds no difference where the answer is what /proc says', () => {
    expect(compareDevices(answers, proc)).to.deep.equal({
      compared: 7,
      excluded: [],
      differences: [],
    });
  });

  it('finds a number too few, another size, and a port at another level', () => {
    const { differences } = compareDevices(
      {
        ...answers,
        dev: { ...answers.dev, characterDevices: [tty], blockDevices: [{ ...disk, size: 1024 }] },
        io: { ports: [bus, { start: '0x20', end: '0x21', name: 'pic1', depth: 0 }], memory: [] },
      },
      proc,
    );
    expect(differences.map(({ subject, field }) => `${subject}: ${field}`)).to.deep.equal([
      'character device 4 tty, again 2: missing',
      'disk 7:0: blocks',
      'port 20-21 pic1 at level 1: missing',
      'port 20-21 pic1 at level 0: extra',
    ]);
  });
});

describe('the comparison of disks before Linux 5.11', () => {
  it('leaves out those that nothing had opened', () => {
    const dev = { ...answers.dev, blockDevices: [] };
    const old = { ...proc.files, '/proc/version': 'Linux version 5.10.0-46-cloud-amd64 (x)\n' };
    const { differences, excluded } = compareDevices({ ...answers, dev }, procOf(old));
    expect(differences).to.deep.equal([]);
    expect(excluded.map(({ subject }) => subject)).to.deep.equal(['disk 7:0']);
    const later = { ...proc.files, '/proc/version': 'Linux version 5.11.0 (x)\n' };
    expect(compareDevices({ ...answers, dev }, procOf(later)).differences).to.have.length(1);
  });
});

describe('the comparison of BPF objects', () => {
  it('finds those that are missing, and those too many', () => {
    const { compared, differences } = compareBpf(
      { programs: [{ id: 1 }, { id: 2 }], maps: [], links: [{ id: 4 }] },
      proc,
    );
    expect(compared).to.equal(4);
    expect(differences.map(({ subject, field }) => `${subject}: ${field}`)).to.deep.equal([
      'maps 3: missing',
      'links 4: extra',
    ]);
  });
});
