import { type AnsweredNetwork, compareNetwork } from '@vmcorekit/lab/introspection/compare-network';
import { expect } from 'chai';
import { procOf } from './proc-of.ts';

const proc = procOf(
  {
    '/proc/1/net/dev': [
      'Inter-|   Receive                                                |  Transmit',
      ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs',
      'dummy0:      10       1    0    0    0     0          0         0      580       8    0 0 0 0 0 0',
      '',
    ].join('\n'),
    '/sys/class/net/dummy0/address': 'e6:a6:cb:6d:eb:95\n',
    '/sys/class/net/dummy0/ifindex': '2\n',
    '/sys/class/net/dummy0/mtu': '1500\n',
    '/sys/class/net/dummy0/operstate': 'lowerlayerdown\n',
    '/proc/1/net/if_inet6': 'fe80000000000000e4a6cbfffe6deb95 02 40 20 80   dummy0\n',
    '/proc/1/net/fib_trie': [
      'Main:\n  +-- 0.0.0.0/1 2 0 2\n     |-- 10.11.12.13\n        /32 host LOCAL',
      '     |-- 10.11.12.255\n        /32 link BROADCAST\n',
    ].join('\n'),
    '/proc/1/net/route':
      'Iface\tDestination\tGateway\ndummy0\t000C0B0A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n',
  },
  { '/proc/1/ns/net': 'net:[4026531840]' },
);
const at = { peer: null, broadcast: null, scope: 'global' };
const dummy = {
  name: 'dummy0',
  index: 2,
  mtu: 1500,
  hardwareAddress: 'e6:a6:cb:6d:eb:95',
  operationalState: 'lower-layer-down',
  addresses: [
    { ...at, family: 'inet' as const, address: '10.11.12.13', prefixLength: 24 },
    {
      ...at,
      family: 'inet6' as const,
      address: 'fe80::e4a6:cbff:fe6d:eb95',
      prefixLength: 64,
    },
  ],
  received: { bytes: 10, packets: 1 },
  sent: { bytes: 580, packets: 8 },
};
const main = {
  table: 254,
  destination: '10.11.12.0',
  prefixLength: 24,
  nextHops: [{ gateway: null, device: 2 }],
};
const network: AnsweredNetwork = {
  inode: 4026531840,
  devices: [dummy],
  routes: [main, { ...main, table: 255, destination: '10.11.12.13', prefixLength: 32 }],
};

function differencesOf(changed: Partial<AnsweredNetwork>): readonly string[] {
  const { differences } = compareNetwork({ namespaces: [{ ...network, ...changed }] }, proc);
  return differences.map(({ subject, field }) => `${subject}: ${field}`);
}

describe('the comparison of network devices', () => {
  it('finds no difference where the answer is what /proc says', () => {
    expect(compareNetwork({ namespaces: [network] }, proc)).to.deep.equal({
      compared: 3,
      excluded: [],
      differences: [],
    });
  });

  it('finds another number, size, hardware address and state', () => {
    const wrong = { ...dummy, mtu: 1, hardwareAddress: '', operationalState: 'up' };
    const where = 'device dummy0 of namespace 4026531840';
    expect(differencesOf({ devices: [{ ...wrong, index: 3 }] })).to.include.members([
      `${where}: index`,
      `${where}: mtu`,
      `${where}: hardwareAddress`,
      `${where}: operationalState`,
    ]);
  });

  it('finds another address and another route', () => {
    const [inet, inet6] = dummy.addresses;
    expect(
      differencesOf({ devices: [{ ...dummy, addresses: inet === undefined ? [] : [inet] }] }),
    ).to.deep.equal(['device dummy0 of namespace 4026531840: inet6']);
    expect(
      differencesOf({ devices: [{ ...dummy, addresses: inet6 === undefined ? [] : [inet6] }] }),
    ).to.deep.equal(['IPv4 addresses of namespace 4026531840: addresses']);
    expect(differencesOf({ routes: [{ ...main, prefixLength: 16 }] })).to.deep.equal([
      'IPv4 routes of namespace 4026531840: routes',
    ]);
  });

  it('finds a counter that fell, but takes one that rose for a move', () => {
    expect(
      differencesOf({ devices: [{ ...dummy, sent: { bytes: 580, packets: 7 } }] }),
    ).to.deep.equal(['device dummy0 of namespace 4026531840: sentPackets']);
    expect(
      differencesOf({ devices: [{ ...dummy, sent: { bytes: 654, packets: 9 } }] }),
    ).to.deep.equal([]);
  });
});
