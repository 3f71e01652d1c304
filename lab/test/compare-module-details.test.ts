import { compareModuleDetails } from '@vmcorekit/lab/introspection/compare-module-details';
import { expect } from 'chai';
import { procOf } from './proc-of.ts';

const proc = procOf({
  '/proc/modules':
    'stp 16384 1 bridge, Live 0xffffffffc0600000 (OE)\nbridge 294912 0 - Live 0xffffffffc0543000\n',
  '/sys/module/stp/notes/.note.gnu.build-id': {
    latin1: '\x04\0\0\0\x02\0\0\0\x03\0\0\0GNU\0\xe6\x5e',
  },
  '/sys/module/stp/sections/.text': '0xffffffffc0600000\n',
  '/sys/module/bridge/parameters/index': 'N\n',
  '/sys/module/kernel/parameters/panic': '0\n',
});
const details = { version: null, srcversion: null, args: '', symbols: 1 };
const stp = {
  name: 'stp',
  uses: 1,
  usedBy: ['bridge'],
  state: 'live' as const,
  taints: 'OE',
  buildId: 'e65e',
  details: {
    ...details,
    parameters: [],
    sections: [{ name: '.text', address: '0xffffffffc0600000' }],
  },
};
const bridge = {
  ...stp,
  name: 'bridge',
  uses: 0,
  usedBy: [],
  taints: '',
  buildId: null,
  details: {
    ...details,
    parameters: [
      { name: 'index', type: 'bool', value: 'N' },
      { name: 'without_rights', type: 'uint', value: '0' },
    ],
    sections: [],
  },
};

describe('the comparison of what modules are made of', () => {
  it('finds no difference where the answer is what /proc and /sys say', () => {
    expect(compareModuleDetails({ modules: [stp, bridge] }, proc)).to.deep.equal({
      compared: 4,
      excluded: [],
      differences: [],
    });
  });

  it('leaves out the parts of a module whose sections are not known', () => {
    const without = { ...stp, details: { ...stp.details, sections: [] } };
    const { excluded, differences } = compareModuleDetails(
      { modules: [without, bridge] },
      proc,
      false,
    );
    expect(differences).to.deep.equal([]);
    expect(excluded.map(({ subject }) => subject)).to.deep.equal(['section .text of module stp']);
  });

  it('finds another use, user, taint, build ID, section and parameter', () => {
    const wrong = {
      ...stp,
      ...{ uses: 2, usedBy: [], taints: '', buildId: 'e65f' },
      details: { ...stp.details, sections: [{ name: '.text', address: '0xffffffffc0600010' }] },
    };
    const other = {
      ...bridge,
      details: { ...bridge.details, parameters: [{ name: 'index', type: 'bool', value: 'Y' }] },
    };
    const { differences } = compareModuleDetails({ modules: [wrong, other] }, proc);
    expect(differences.map(({ subject, field }) => `${subject}: ${field}`)).to.have.members([
      'module stp: uses',
      'module stp: usedBy',
      'module stp: taints',
      'module stp: buildId',
      'section .text of module stp: address',
      'parameter index of module bridge: value',
    ]);
  });
});
